import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { installLine, missingPackages } from './buildNeeds.ts';
import { prepareAssets } from './prepareAssets.ts';

/** Not simply the newest that is offered: the Go proxy does not have every version. */
const usualVersion = '1.36.3';

const usage = `npm run machines:build -- [--kubernetes ${usualVersion},…] [--folder .kubestep/machines/assets] [--install]

Builds what real machines run from public Go modules: the components of each Kubernetes version and the images of the
addons. What is there already is kept. --install installs the Debian packages that the build needs.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kubernetes: { type: 'string', default: usualVersion },
      folder: { type: 'string', default: '.kubestep/machines/assets' },
      install: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(usage, 0);

  const missing = missingPackages();
  if (missing.length > 0 && values.install) spawnSync('sh', ['-c', installLine(missing)], { stdio: 'inherit' });

  await prepareAssets({
    folder: values.folder,
    kubernetes: values.kubernetes.split(','),
    projectRoot: process.cwd(),
    progress: (line) => console.log(line),
  });
  return 0;
}

function print(text: string, exitCode: number): number {
  console.log(text);
  return exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
