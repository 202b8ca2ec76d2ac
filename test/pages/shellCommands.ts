/** One program with its words, as a shell would start it. Variables and substitutions stay as they are written. */
export type Words = readonly string[];

/** The programs that lines of a shell start, also those inside `$(…)`. Knows as much of a shell as the pages use. */
export function programsOf(script: string): Words[] {
  const joined = script.replaceAll(/\\\n\s*/g, ' ');
  const inner = [...joined.matchAll(/\$\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g)].flatMap(([, text = '']) =>
    programsOf(text),
  );
  const outer = joined.split('\n').flatMap((line) => programsOfLine(line));
  return [...inner, ...outer];
}

const token =
  /\$\([^()]*(?:\([^()]*\)[^()]*)*\)|"(?:[^"\\]|\\.|\$\([^)]*\))*"|'[^']*'|&&|\|\||[|;]|\s+|#.*|[^\s"'|;&#$]+|[$&#]/gs;

function programsOfLine(line: string): Words[] {
  const programs: string[][] = [[]];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) programs.at(-1)?.push(word);
    word = undefined;
  };
  for (const [text] of line.matchAll(token)) {
    if (text.startsWith('#') && word === undefined) break;
    if (/^\s+$/.test(text)) endWord();
    else if (['&&', '||', '|', ';', '&'].includes(text)) {
      endWord();
      programs.push([]);
    } else word = `${word ?? ''}${unquoted(text)}`;
  }
  endWord();
  return programs.map(withoutAssignments).filter((words) => words.length > 0);
}

const unquoted = (text: string): string => (/^(".*"|'.*')$/s.test(text) ? text.slice(1, -1) : text);

/** `NAME=value program` starts the program. */
const withoutAssignments = (words: readonly string[]): Words => {
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  return first === -1 ? [] : words.slice(first);
};
