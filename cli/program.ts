import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { backupVerb } from './commands/backup.ts';
import { examples, type Run, type Verb } from './commands/command.ts';
import { completionVerb } from './commands/completion.ts';
import { contextVerb } from './commands/contextVerb.ts';
import { createVerb } from './commands/create.ts';
import { deleteVerb } from './commands/delete.ts';
import { describeVerb } from './commands/describe.ts';
import { diffVerb } from './commands/diff.ts';
import { doctorVerb } from './commands/doctor.ts';
import { explainVerb } from './commands/explain.ts';
import { exportVerb } from './commands/export.ts';
import { getVerb } from './commands/get.ts';
import { helpVerb } from './commands/help.ts';
import { machinesVerb } from './commands/machines.ts';
import { planVerb } from './commands/plan.ts';
import { protectVerb } from './commands/protect.ts';
import { reconfigureVerb } from './commands/reconfigure.ts';
import { resumeVerb } from './commands/resume.ts';
import { serveVerb } from './commands/serve.ts';
import { stopVerb } from './commands/stop.ts';
import { validateVerb } from './commands/validate.ts';
import { versionVerb } from './commands/version.ts';
import { watchVerb } from './commands/watch.ts';
import { exitCodes } from './exitCodes.ts';
import { withGeneral } from './options.ts';
import type { Output } from './output.ts';

/** The verbs, as the help lists them. */
const groups: Readonly<Record<string, readonly Verb[]>> = {
  'Clusters:': [
    validateVerb,
    explainVerb,
    planVerb,
    diffVerb,
    createVerb,
    reconfigureVerb,
    getVerb,
    exportVerb,
    backupVerb,
    protectVerb,
    deleteVerb,
  ],
  'Runs:': [watchVerb, describeVerb, resumeVerb, stopVerb],
  'This machine:': [serveVerb, machinesVerb],
  'The command:': [contextVerb, doctorVerb, helpVerb, versionVerb, completionVerb],
};

/** The whole command: every verb declares itself, `run` does the work. */
export function kubestepProgram(run: Run, version: string, output: Output): CommandUnknownOpts {
  const program = new Command('kubestep')
    .description('Self-managed Kubernetes clusters on AWS, made by workflows that can be resumed.')
    .usage('VERB [options]')
    .version(`kubestep ${version}`, '-v, --version', 'show the version')
    .helpCommand(false)
    .configureHelp({ subcommandTerm: termOf })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.line(text.trimEnd()),
      writeErr: (text) => output.error(text.trimEnd()),
      // The caller says it, with where to look.
      outputError: () => {},
      getOutHelpWidth: () => output.columns,
      getErrHelpWidth: () => output.columns,
    })
    .addHelpText('after', examples('kubestep create -f cluster.yaml', 'kubestep help create'))
    .addHelpText('after', exitCodeText);
  for (const [group, verbs] of Object.entries(groups))
    for (const verb of verbs) program.addCommand(verb(run).helpGroup(group));
  return settled(withGeneral(program));
}

/** A verb as it is typed, with its short names. */
const termOf = (verb: CommandUnknownOpts): string =>
  [
    [verb.name(), ...verb.aliases()].join('|'),
    ...verb.registeredArguments.map((argument) =>
      argument.required ? argument.name() : `[${argument.name()}${argument.variadic ? '...' : ''}]`,
    ),
  ].join(' ');

/** Nested verbs behave as the program does. */
function settled(command: CommandUnknownOpts): CommandUnknownOpts {
  for (const verb of command.commands) settled(withGeneral(verb.copyInheritedSettings(command).helpCommand(false)));
  return command;
}

const exitCodeText = [
  '',
  'Exit codes:',
  `  ${exitCodes.done}    done`,
  `  ${exitCodes.runFailed}    the run failed or was stopped, it can be resumed; diff: something differs`,
  `  ${exitCodes.invalid}    the command or the spec is wrong; nothing was touched`,
  `  ${exitCodes.locked}    another run holds the cluster, or another process the local world`,
  `  ${exitCodes.notFound}    no such cluster or run`,
  `  ${exitCodes.unreachable}    the API cannot be reached or refuses the caller`,
  `  ${exitCodes.notReady}    the cluster is not ready (describe cluster), or a check failed (doctor)`,
  `  ${exitCodes.defect}   a defect of kubestep`,
  `  ${exitCodes.timedOut}  the time to watch is over (--timeout); the run continues`,
  `  ${exitCodes.interrupted}  interrupted from the keyboard`,
].join('\n');
