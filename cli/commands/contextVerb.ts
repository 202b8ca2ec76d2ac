import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import {
  type Contexts,
  contextName,
  contextNameForm,
  type NamedContext,
  namedContext,
  readContexts,
  writeContexts,
} from '../contexts.ts';
import { endpointForm, isEndpoint } from '../endpoint.ts';
import { type ExitCode, exitCodes, usageError } from '../exitCodes.ts';
import { withOutput } from '../options.ts';
import { table } from '../table.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep context list|use|set|delete` */
export const contextVerb: Verb = (run) =>
  new Command('context')
    .summary('name deployments, and choose among them')
    .description(
      'Names deployments, and chooses the one that is meant where neither options nor the environment say. The file is $KUBESTEP_CONFIG, or kubestep/config.yaml below $XDG_CONFIG_HOME or ~/.config.',
    )
    .usage('list|use|set|delete')
    .addCommand(listVerb(run))
    .addCommand(useVerb(run))
    .addCommand(setVerb(run))
    .addCommand(deleteVerb(run))
    .addHelpText(
      'after',
      examples(
        'kubestep context set prod --endpoint https://API_ID.execute-api.eu-west-1.amazonaws.com --profile prod',
        'kubestep context use prod',
        'kubestep get clusters --context prod',
      ),
    );

const listVerb: Verb = (run) =>
  withOutput(
    new Command('list')
      .aliases(['ls'])
      .description('Lists the contexts; the current one has a star.')
      .addHelpText('after', examples('kubestep context list'))
      .action((_, command) => run(command, async (context) => list(context, readContexts(context.environment)))),
    ['name'],
  );

const useVerb: Verb = (run) =>
  withOutput(
    new Command('use')
      .description('Makes a context the current one.')
      .argument('[NAME]', 'the name of the context')
      .option('--none', 'make none the current one')
      .addHelpText('after', examples('kubestep context use prod', 'kubestep context use --none'))
      .action((name, { none = false }, command) => run(command, async (context) => use(context, name, none))),
  );

const setVerb: Verb = (run) =>
  withOutput(
    new Command('set')
      .description('Makes a context, or changes fields of one.')
      .argument('<NAME>', 'the name of the context', contextNameOf)
      .addOption(
        new Option('--target <TARGET>', 'a deployment in AWS (default), or the embedded model').choices([
          'local',
          'aws',
        ] as const),
      )
      .option('--endpoint <URL>', 'of the deployment (sls info shows it)', endpointOf)
      .option('--region <REGION>', 'of the deployment; needed where its endpoint does not name it')
      .option('--profile <NAME>', 'whose credentials of ~/.aws sign')
      .option('--world <DIR>', 'of the embedded model: where the world is kept')
      .addHelpText(
        'after',
        examples(
          'kubestep context set prod --endpoint https://API_ID.execute-api.eu-west-1.amazonaws.com --profile prod',
          'kubestep context set model --target local',
        ),
      )
      .action((name, fields, command) => run(command, async (context) => set(context, name, fields))),
  );

const deleteVerb: Verb = (run) =>
  withOutput(
    new Command('delete')
      .description('Forgets a context; the deployment stays as it is.')
      .argument('<NAME>', 'the name of the context')
      .addHelpText('after', examples('kubestep context delete prod'))
      .action((name, _, command) => run(command, async (context) => forget(context, name))),
  );

function list(context: CommandContext, { currentContext, contexts }: Contexts): ExitCode {
  table(context, {
    values: Object.entries(contexts).map(([name, named]) => ({ name, current: name === currentContext, ...named })),
    none: 'There are no contexts. Make one: kubestep context set NAME --endpoint URL',
    nameOf: ({ name }) => `context/${name}`,
    columns: {
      '': ({ current }) => (current ? '*' : ''),
      NAME: ({ name }) => name,
      TARGET: ({ target }) => target,
      WHERE: (named) => (named.target === 'aws' ? named.endpoint : (named.world ?? '')),
      REGION: (named) => (named.target === 'aws' ? (named.region ?? '') : ''),
      PROFILE: (named) => (named.target === 'aws' ? (named.profile ?? '') : ''),
    },
    wide: {},
  });
  return exitCodes.done;
}

function use(context: CommandContext, name: string | undefined, none: boolean): ExitCode {
  if ((name === undefined) === !none) throw usageError('Say the name of a context, or --none.');
  const { currentContext: _, ...known } = readContexts(context.environment);
  if (name !== undefined) namedContext(known, name);
  writeContexts(context.environment, name === undefined ? known : { currentContext: name, ...known });
  answer(context, { currentContext: name ?? null }, () => [
    name === undefined
      ? 'There is no current context: commands work in the embedded model'
      : `${name} is the current context: commands work there unless options or the environment say otherwise`,
  ]);
  return exitCodes.done;
}

interface Fields {
  readonly target?: 'local' | 'aws' | undefined;
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly world?: string | undefined;
}

function set(context: CommandContext, name: string, fields: Fields): ExitCode {
  const known = readContexts(context.environment);
  const before: NamedContext | undefined = Object.hasOwn(known.contexts, name) ? known.contexts[name] : undefined;
  const made = merged(before, fields);
  const file = writeContexts(context.environment, { ...known, contexts: { ...known.contexts, [name]: made } });
  answer(context, { name, ...made }, () => [
    `Context ${name} is ${made.target === 'aws' ? made.endpoint : 'the embedded model'} (${file})`,
    ...(known.currentContext === name ? [] : [`Make it the current one: kubestep context use ${name}`]),
  ]);
  return exitCodes.done;
}

/** The context with the fields that were given; what belongs to the other target is refused. */
function merged(before: NamedContext | undefined, fields: Fields): NamedContext {
  const { target = before?.target ?? (fields.world === undefined ? 'aws' : 'local') } = fields;
  if (target === 'local') {
    const stray = (['endpoint', 'region', 'profile'] as const).find((field) => fields[field] !== undefined);
    if (stray !== undefined) throw usageError(`--${stray} is of a deployment in AWS; the embedded model has none.`);
    const said = fields.world === undefined ? undefined : resolve(fields.world);
    const world = said ?? (before?.target === 'local' ? before.world : undefined);
    return { target, ...(world !== undefined && { world }) };
  }
  if (fields.world !== undefined) throw usageError('--world is of the embedded model; a deployment has none.');
  const { endpoint, region, profile } = { ...(before?.target === 'aws' ? before : {}), ...given(fields) };
  if (endpoint === undefined) throw usageError('A deployment needs --endpoint; sls info shows it.');
  return { target, endpoint, ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
}

const given = ({ endpoint, region, profile }: Fields) => ({
  ...(endpoint !== undefined && { endpoint }),
  ...(region !== undefined && { region }),
  ...(profile !== undefined && { profile }),
});

function forget(context: CommandContext, name: string): ExitCode {
  const { currentContext, contexts } = readContexts(context.environment);
  namedContext({ contexts }, name);
  const left = Object.fromEntries(Object.entries(contexts).filter(([one]) => one !== name));
  const current = currentContext === name ? undefined : currentContext;
  writeContexts(context.environment, { ...(current !== undefined && { currentContext: current }), contexts: left });
  answer(context, { deleted: name }, () => [`Context ${name} is forgotten; what it named stays as it is`]);
  return exitCodes.done;
}

function contextNameOf(text: string): string {
  if (contextName.test(text)) return text;
  throw new InvalidArgumentError(`It ${contextNameForm}.`);
}

function endpointOf(text: string): string {
  if (isEndpoint(text)) return text;
  throw new InvalidArgumentError(`It takes ${endpointForm}.`);
}
