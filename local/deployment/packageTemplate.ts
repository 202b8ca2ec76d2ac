import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sleep } from '../clock/clock.ts';
import { createRealClock } from '../clock/realClock.ts';
import type { Template } from './template.ts';

const run = promisify(execFile);

/** Where a built package has its template; a clone makes it. */
const builtTemplate = (projectRoot: string): string => join(projectRoot, 'template.json');

/** Whether this is what `npm pack` has built and not a clone: functions are JavaScript, and there is nothing to package with. */
export const isBuilt = (projectRoot: string): boolean => existsSync(builtTemplate(projectRoot));

/**
 * The template that `sls package` makes of this project, the very one that would be deployed. Packaging takes seconds, so
 * the result is kept by the content of everything that it is made of.
 */
export async function packageTemplate(projectRoot: string): Promise<Template> {
  if (isBuilt(projectRoot)) return JSON.parse(readFileSync(builtTemplate(projectRoot), 'utf8')) as Template;
  const cache = join(projectRoot, '.kubestep', 'templates');
  const cached = join(cache, `${contentOf(projectRoot)}.json`);
  mkdirSync(cache, { recursive: true });
  while (!existsSync(cached)) {
    // Serverless packages in one place of the project: two at once would take each other's files away.
    if (takeTurn(join(cache, 'packaging'))) await packageOnce(projectRoot, cache, cached);
    else await sleep(createRealClock(), waitMilliseconds);
  }
  return JSON.parse(readFileSync(cached, 'utf8')) as Template;
}

const waitMilliseconds = 200;

/** Packaging takes seconds, and minutes beside others on a busy machine. */
const packageSeconds = 300;

/** A turn that is older than this was left by a process that died. */
const turnSeconds = packageSeconds + 60;

function takeTurn(turn: string): boolean {
  try {
    mkdirSync(turn);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const since = statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (createRealClock().now() - since > turnSeconds * 1000) rmSync(turn, { recursive: true, force: true });
    return false;
  }
}

async function packageOnce(projectRoot: string, cache: string, cached: string): Promise<void> {
  const folder = mkdtempSync(join(cache, 'template-'));
  try {
    await runServerless(projectRoot, folder);
    const template = readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
    writeFileSync(join(folder, 'template'), JSON.stringify(JSON.parse(template)));
    renameSync(join(folder, 'template'), cached);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(cache, 'packaging'), { recursive: true, force: true });
  }
}

async function runServerless(projectRoot: string, folder: string): Promise<void> {
  const serverless = join(projectRoot, 'node_modules', '.bin', 'sls');
  const env = { ...process.env, TEMPLATE_ONLY: '1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  try {
    await run(serverless, ['package', '--package', folder], { cwd: projectRoot, env, timeout: packageSeconds * 1000 });
  } catch (error) {
    const { stdout = '', stderr = '', killed } = error as { stdout?: string; stderr?: string; killed?: boolean };
    const what = killed ? `took longer than ${packageSeconds} s` : 'failed';
    throw new Error(`sls package ${what}:\n${stdout}${stderr}`);
  }
}

/** What the template is made of beside what lies in its own folders. */
const tables = ['serverless.yml', 'shared/machine/verbs.ts', 'shared/operations/routes.ts'];

/** Which functions there are matters to the template, what they say does not. */
function contentOf(projectRoot: string): string {
  const hash = createHash('sha256');
  for (const file of tables) hash.update(readFileSync(join(projectRoot, file)));
  for (const folder of ['resources', 'statemachines', 'functions']) {
    const files = readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' }).sort();
    for (const file of files.filter((name) => /\.\w+$/.test(name))) {
      hash.update(`${folder}/${file}\n`);
      if (!file.endsWith('.ts')) hash.update(readFileSync(join(projectRoot, folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 32);
}
