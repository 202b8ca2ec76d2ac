// The README opens with what `npm start` prints. Every line of it that does not depend on the moment must still be printed,
// and every state that is printed as done must be shown.
//   node .ci/compareOutput.mjs README.md OUTPUT           compares, exit code 1 if they differ
//   node .ci/compareOutput.mjs README.md OUTPUT --write   puts the output into the README
import { readFileSync, writeFileSync } from 'node:fs';

const [readmeFile, outputFile, write] = process.argv.slice(2);
const readme = readFileSync(readmeFile, 'utf8');
const output = readFileSync(outputFile, 'utf8');

/** The block of the README that follows the command. */
const block = /(?<=\$ npm start\n)[\s\S]*?(?=```)/;

/** What runs or waits is drawn as it is met, and a state that a failure cut short is as far as it was: the moment decides both. */
const dependsOnTheMoment = (line) => /^\s*[●○]/.test(line);

/** A line without what differs from run to run: ids, addresses, times, counts. */
const stable = (line) =>
  line
    .replaceAll(/\b(create|delete)-[a-z0-9]{8}\b/g, '$1-ID')
    .replaceAll(/\bdemo-[a-z0-9]{11}\b/g, 'demo-ID')
    .replaceAll(/\b(i|vpc)-[0-9a-f]{17}\b/g, '$1-ID')
    .replaceAll(/\b[0-9a-f]{16,}\b/g, 'HEX')
    .replaceAll(/ {2}(after \d+ failed tr(y|ies)|\d+ items)/g, '')
    .replaceAll(/\b(\d+ h )?(\d+ min )?\d+ s\b/g, 'TIME')
    .replaceAll(/\d[\d.,:-]*/g, 'N')
    .replace(/^Time .*/, 'Time') // the chain of states that took longest is another on a busy machine
    .trim();

if (write === '--write') {
  const lines = output.split('\n');
  const first = lines.findIndex((line) => line.startsWith('Embedded model of AWS'));
  const shown = lines.slice(first).filter((line) => !dependsOnTheMoment(line));
  writeFileSync(readmeFile, readme.replace(block, () => `${shown.join('\n').trimEnd()}\n`));
} else {
  const shown = (block.exec(readme)?.[0] ?? '').split('\n').filter((line) => line !== '' && !dependsOnTheMoment(line));
  const printed = new Set(output.split('\n').map(stable));
  const missing = shown.filter((line) => !printed.has(stable(line)));
  const known = new Set(shown.map(stable));
  const unknown = [...printed].filter((line) => line.startsWith('✓') && !known.has(line));
  if (shown.length < 20 || missing.length > 0 || unknown.length > 0) {
    console.error(`The README shows ${shown.length} lines of npm start. Not printed any more:\n${missing.join('\n')}`);
    console.error(`Printed, but not shown:\n${unknown.join('\n')}`);
    process.exit(1);
  }
  console.log(`The README shows what npm start prints (${shown.length} lines compared).`);
}
