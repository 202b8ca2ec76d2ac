// The README opens with what `npm start` prints. Every line of it that does not depend on the moment must be printed still:
// node .ci/compareOutput.mjs README.md OUTPUT
import { readFileSync } from 'node:fs';

const [readme, output] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'));

/** The block of the README that follows the command. */
const shown = /\$ npm start\n([\s\S]*?)```/.exec(readme)?.[1]?.trimEnd().split('\n') ?? [];

/** A line without what differs from run to run: ids, addresses, times, counts. */
const stable = (line) =>
  line
    .replaceAll(/\b(create|delete)-[a-z0-9]{8}\b/g, '$1-ID')
    .replaceAll(/\bdemo-[a-z0-9]{5}\b/g, 'demo-ID')
    .replaceAll(/\b(i|vpc)-[0-9a-f]{17}\b/g, '$1-ID')
    .replaceAll(/\b[0-9a-f]{16,}\b/g, 'HEX')
    .replaceAll(/\b(\d+ h )?(\d+ min )?\d+ s\b/g, 'TIME')
    .replaceAll(/\d[\d.,:-]*/g, 'N')
    .trimEnd();

/** States that run or wait are drawn as they are met, which the moment decides; so is how a long wait is split. */
const dependsOnTheMoment = (line) => line === '' || /^\s*(●|○|…)/.test(line) || line.trim() === '…';

const printed = new Set(output.split('\n').map(stable));
const missing = shown.filter((line) => !dependsOnTheMoment(line)).filter((line) => !printed.has(stable(line)));
if (shown.length < 20 || missing.length > 0) {
  console.error(`The README shows ${shown.length} lines of npm start. Not printed any more:\n${missing.join('\n')}`);
  process.exit(1);
}
console.log(`The README shows what npm start prints (${shown.length} lines).`);
