#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..');

console.log('Embedded model of AWS: nothing leaves this machine, no account is used');
if (!existsSync(join(projectRoot, 'node_modules', '.package-lock.json'))) {
  console.log('Installing what is missing (npm ci); this happens once');
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], { cwd: projectRoot, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
await import('../resources/sources.mjs');
const { start } = await import('./start.ts');
process.exitCode = await start({ projectRoot });
