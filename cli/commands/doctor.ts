import { Command } from '@commander-js/extra-typings';
import { deploymentFindings, reachFindings } from '../doctor/deployment.ts';
import { type Finding, failed, ok } from '../doctor/finding.ts';
import { nodeFinding } from '../doctor/machine.ts';
import { CommandFailure, type ExitCode, exitCodes } from '../exitCodes.ts';
import { type Where, withOutput, withTarget } from '../options.ts';
import { versionOf } from '../version.ts';
import { oneLine } from '../words.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep doctor` */
export const doctorVerb: Verb = (run) => {
  const verb = new Command('doctor')
    .summary('check this machine, the credentials and the deployment')
    .description(
      `Checks what commands need: Node, the way to the deployment, the clock, who you are and what you may look at, its version, the account’s quotas. Says what to do about what is wrong. Changes nothing. Exits with ${exitCodes.notReady} where something has failed. Service-linked roles need no check: a creation makes those that are missing.`,
    )
    .addHelpText('after', examples('kubestep doctor', 'kubestep doctor --context prod -o json'))
    .action((_, command) => run(command, doctor));
  return withOutput(withTarget(verb));
};

async function doctor(context: CommandContext): Promise<ExitCode> {
  const findings = [nodeFinding(process.versions.node), ...(await findingsOf(context))];
  answer(context, { findings }, () => findings.flatMap(lines));
  return findings.some(({ status }) => status === 'failed') ? exitCodes.notReady : exitCodes.done;
}

async function findingsOf(context: CommandContext): Promise<readonly Finding[]> {
  const { where } = context;
  const reached = where.kind === 'aws' ? await reachFindings(where.endpoint) : [];
  if (reached.some(({ status }) => status === 'failed')) return reached;
  if (where.kind === 'local' && !(await context.worldExists(where.world))) return [noWorldFinding(where)];
  try {
    const target = await context.target();
    const found = await deploymentFindings(target, versionOf(context.projectRoot));
    return [...reached, ...(where.kind === 'local' ? [worldFinding(where, target.ownedBy)] : []), ...found];
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return [
      ...reached,
      failed('target', error.message, 'Try again, or name another place: --world, --context, --endpoint.'),
    ];
  }
}

const worldFinding = ({ world }: Extract<Where, { kind: 'local' }>, ownedBy: number | undefined): Finding =>
  ok('target', `The embedded model in ${world}${ownedBy === undefined ? '' : `, which process ${ownedBy} has open`}`);

/** Opening one would create it, and a check changes nothing. */
const noWorldFinding = ({ world }: Extract<Where, { kind: 'local' }>): Finding =>
  ok(
    'target',
    `The embedded model; there is no world in ${world} yet, and the first command that needs one creates it`,
  );

const marks = { ok: '✓', warning: '!', failed: '✗' } as const;

const lines = ({ status, message, remedy }: Finding): string[] => [
  `${marks[status]} ${oneLine(message)}`,
  ...(remedy === undefined ? [] : [`    ${remedy}`]),
];
