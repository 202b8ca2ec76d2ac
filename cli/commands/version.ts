import { Command } from '@commander-js/extra-typings';
import { exitCodes } from '../exitCodes.ts';
import { withOutput } from '../options.ts';
import { versionOf } from '../version.ts';
import { answer, examples, type Verb } from './command.ts';

/** `kubestep version` */
export const versionVerb: Verb = (run) => {
  const verb = new Command('version')
    .summary('show the version of this command')
    .description('Shows the version of this command, and of what it runs on. Put it into every report of a defect.')
    .addHelpText('after', examples('kubestep version', 'kubestep version -o json'))
    .action((_, command) =>
      run(command, async (context) => {
        const { arch, platform, version: node } = process;
        const version = versionOf(context.projectRoot);
        answer(context, { version, node, platform, arch }, () => [
          `kubestep ${version} on Node ${node}, ${platform} ${arch}`,
        ]);
        return exitCodes.done;
      }),
    );
  return withOutput(verb);
};
