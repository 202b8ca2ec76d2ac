import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from './template.ts';

const run = promisify(execFile);

/**
 * The template that `sls package` makes of this project, the very one that would be deployed. Packaging takes seconds, so
 * the result is kept by the content of everything that it is made of.
 */
export async function packageTemplate(projectRoot: string): Promise<Template> {
  const cache = join(projectRoot, '.kubestep', 'templates');
  const cached = join(cache, `${contentOf(projectRoot)}.json`);
  try {
    return JSON.parse(readFileSync(cached, 'utf8')) as Template;
  } catch {
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'packaging-'));
    try {
      await runServerless(projectRoot, folder);
      const template = readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
      writeFileSync(join(folder, 'template'), JSON.stringify(JSON.parse(template)));
      renameSync(join(folder, 'template'), cached);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return JSON.parse(readFileSync(cached, 'utf8')) as Template;
  }
}

async function runServerless(projectRoot: string, folder: string): Promise<void> {
  const serverless = join(projectRoot, 'node_modules', '.bin', 'sls');
  const env = { ...process.env, TEMPLATE_ONLY: '1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  try {
    await run(serverless, ['package', '--package', folder], { cwd: projectRoot, env, timeout: 120_000 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`sls package failed:\n${stdout}${stderr}`);
  }
}

/** Which functions there are matters to the template, what they say does not. */
function contentOf(projectRoot: string): string {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(projectRoot, 'serverless.yml')));
  for (const folder of ['resources', 'statemachines', 'functions']) {
    const files = readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' }).sort();
    for (const file of files.filter((name) => /\.\w+$/.test(name))) {
      hash.update(`${folder}/${file}\n`);
      if (!file.endsWith('.ts')) hash.update(readFileSync(join(projectRoot, folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 32);
}
