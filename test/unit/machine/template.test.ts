import { parse } from 'yaml';
import { seededRandom } from '../../../local/cloud/random.ts';
import { fill, lines, systemdArgument, yaml } from '../../../shared/machine/template.ts';

/** Texts with everything that some reader takes for its own. */
function nastyTexts(letters: string, count = 500): string[] {
  const random = seededRandom(7);
  const letter = () => letters[Math.floor(random.next() * letters.length)] ?? '';
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + Math.floor(random.next() * 12) }, letter).join(''),
  );
}

const printable = '%$\\"\'`{}[]#&*!|>-:,?@ab1 =~();<';

test('any text in a YAML file is read as it was written, and the file is ASCII', () => {
  for (const text of nastyTexts(`${printable}\n\t\r\u001b\u0000\u2028é語`)) {
    const { written } = yaml({ text, list: [text] });
    expect(written).toMatch(/^[\x20-\x7e]*$/);
    expect(parse(`value: ${written}\n`)).toEqual({ value: { text, list: [text] } });
  }
});

test('any printable text in a unit is one argument, read as it was written', () => {
  for (const text of nastyTexts(printable)) expect(asSystemdReads(systemdArgument(text).written)).toEqual([text]);
});

test('an argument in a unit is quoted only where systemd would read it otherwise: units stay readable', () => {
  expect(systemdArgument('--etcd-servers=https://10.0.0.1:2379,https://10.0.0.2:2379').written).not.toContain('"');
  expect(systemdArgument('--v=2 --x').written).toBe('"--v=2 --x"');
});

test.each(['a\nExecStartPre=/bin/id', 'a\u0000b', 'é'])('the argument %j cannot be in a unit', (text) => {
  expect(() => systemdArgument(text)).toThrow(TypeError);
});

test('a value that looks like a hole is not filled again', () => {
  expect(fill('@@A@@ @@B@@', { A: lines('@@B@@'), B: 'b' })).toBe('@@B@@ b');
});

test('a hole without a value and a value without a hole are errors', () => {
  expect(() => fill('@@A@@', {})).toThrow('@@A@@');
  expect(() => fill('', { A: 1 })).toThrow('A');
});

test('a comment of nothing but a hole gives way to lines that are indented as it is, or to none', () => {
  const template = 'a\n  # @@LINES@@\n# @@NONE@@\n# @@NAME@@: what it is\nb\n';
  expect(fill(template, { LINES: lines('one\n\n  two\n'), NONE: lines(''), NAME: 'demo' })).toBe(
    'a\n  one\n\n    two\n# demo: what it is\nb\n',
  );
});

test.each([
  '',
  'a b',
  'a\nb',
  'a: b',
  'a:',
  '#',
  '- a',
  '-',
  '*a',
  '$(id)',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell would read it.
  '${HOME}',
  '"',
  "'",
  '%n',
  'a;b',
  '{}',
  'é',
  '\0',
])('the text %j, which a format might take for more than itself, fills no hole as it is', (text) => {
  expect(() => fill('@@A@@', { A: text })).toThrow('the hole @@A@@');
  expect(fill('@@A@@', { A: yaml(text) })).toBe(yaml(text).written);
});

test.each([
  'demo-x7k2p',
  'https://10.0.0.10:2379,https://10.0.1.10:2379',
  '100.64.0.0/16',
  '/etc/a.crt',
  'a=https://b:1',
  '0',
])('the word %s fills a hole as it is', (text) => {
  expect(fill('@@A@@', { A: text })).toBe(text);
});

/** How systemd splits and reads ExecStart=: quotes, backslashes, then `%` and `$` (systemd.syntax(7), systemd.unit(5)). */
function asSystemdReads(line: string): string[] {
  const words = line.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? [];
  return words.map((word) => {
    const quoted = word.startsWith('"');
    const text = quoted ? word.slice(1, -1).replaceAll(/\\(.)/g, '$1') : word;
    for (const single of ['%', '$']) {
      if (text.replaceAll(single + single, '').includes(single)) throw new Error(`systemd would expand ${word}`);
    }
    return text.replaceAll('%%', '%').replaceAll('$$', () => '$');
  });
}
