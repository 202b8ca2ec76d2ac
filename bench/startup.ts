import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Processor seconds that the installed command may take, at the median of a few starts. */
const bounds: readonly { readonly words: readonly string[]; readonly seconds: number }[] = [
  { words: ['--help'], seconds: 0.3 },
  { words: ['validate', '-f', 'node_modules/kubestep/dist/events/secondCluster.yaml', '--offline'], seconds: 0.5 },
  { words: ['get', 'clusters'], seconds: 1 },
];

const starts = 5;

/** `npm run bench:startup`: packs, installs into an empty folder, and measures how soon the command has answered. */
function measure(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-startup-'));
  try {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    const tarball = join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '');
    const team = join(folder, 'team');
    mkdirSync(team);
    execFileSync('npm', ['install', '--offline', '--silent', '--prefix', team, tarball], { cwd: team });
    // The first look at a world makes it, which is not what is measured.
    processorSeconds(team, ['get', 'clusters']);
    const results = bounds.map(({ words, seconds }) => ({ words, seconds, took: median(team, words) }));
    for (const { words, seconds, took } of results)
      console.log(
        `${took <= seconds ? 'ok  ' : 'SLOW'}  ${took.toFixed(2)} s of at most ${seconds} s  kubestep ${words.join(' ')}`,
      );
    return results.every(({ seconds, took }) => took <= seconds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(team: string, words: readonly string[]): number {
  const times = Array.from({ length: starts }, () => processorSeconds(team, words)).sort((one, other) => one - other);
  return times[Math.floor(starts / 2)] ?? Number.POSITIVE_INFINITY;
}

/** User and system time of one start, as the shell's `times` reports it for its children. */
function processorSeconds(team: string, words: readonly string[]): number {
  const program = join(team, 'node_modules', '.bin', 'kubestep');
  const script = '"$0" "$@" >/dev/null || exit 1; times';
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, program, ...words], {
    cwd: team,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`kubestep ${words.join(' ')} failed:\n${stderr}`);
  const parts = [...(stdout.trim().split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  );
  const seconds = parts.reduce((sum, part) => sum + part, 0);
  if (seconds === 0) throw new Error(`The shell printed no times: ${stdout}`);
  return seconds;
}

process.exitCode = measure() ? 0 : 1;
