import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageTemplate } from '../../local/deployment/packageTemplate.ts';
import { pythonTools } from '../moto/pythonTools.ts';
import { sizeText } from './stackSize.ts';

/** What looks at the template, with the options that make it judge everything and ask nothing of the internet. */
const linters = [
  { program: 'cfn-lint', options: ['--regions', 'us-east-1', '--template'] },
  {
    program: 'checkov',
    options: ['--framework', 'cloudformation', '--compact', '--quiet', '--skip-download', '--file'],
  },
];

/** Lets others judge the stack that would be deployed. Whatever they find fails, unless its resource says why it stays. */
async function lintStack(): Promise<number> {
  const packaged = await packageTemplate(process.cwd());
  console.log(`The stack: ${sizeText(packaged)}`);
  const tools = await pythonTools('lint', ['cfn-lint', 'checkov']);
  if ('unavailable' in tools) {
    console.log(`skipped: ${tools.unavailable}`);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-lint-'));
  try {
    const template = join(folder, 'template.json');
    writeFileSync(template, JSON.stringify(packaged, null, 1));
    const failed = linters.filter(({ program, options }) => {
      const { status } = spawnSync(join(tools.programs, program), [...options, template], { stdio: 'inherit' });
      console.log(`${program}: ${status === 0 ? 'clean' : 'has findings'}`);
      return status !== 0;
    });
    return failed.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await lintStack();
