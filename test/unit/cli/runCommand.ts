import { main } from '../../../cli/main.ts';
import type { Where } from '../../../cli/options.ts';
import type { ApiAnswer, ApiRequest, Target } from '../../../cli/target.ts';
import { at } from './aRun.ts';
import { recordedOutput } from './recordedOutput.ts';

export type Api = (request: ApiRequest) => ApiAnswer | undefined;

/** Runs a command line against an API that gives these answers, and 404 otherwise. */
export async function run(
  argv: readonly string[],
  api: Api = () => undefined,
  environment: NodeJS.ProcessEnv = {},
  question?: (text: string) => Promise<string>,
  { projectRoot = '.', endpoint }: { readonly projectRoot?: string; readonly endpoint?: string } = {},
) {
  const requests: ApiRequest[] = [];
  const opened: Where[] = [];
  const recorded = recordedOutput();
  const target: Target = {
    kind: 'aws',
    ...(endpoint !== undefined && { endpoint }),
    pollMilliseconds: 0,
    now: () => Date.parse(at(60)),
    pause: () => Promise.resolve(),
    close: () => Promise.resolve(),
    request: async (request) => {
      requests.push(request);
      return api(request) ?? { status: 404, body: { error: 'NotFound', message: `no ${request.path}` } };
    },
  };
  const code = await main(argv, {
    projectRoot,
    output: { ...recorded.output, ...(question && { question }) },
    environment,
    openTarget: async (where) => {
      opened.push(where);
      return target;
    },
  });
  const text = recorded.lines.join('\n');
  return { ...recorded, code, text, errorText: recorded.errors.join('\n'), requests, opened };
}

export const ok = (body: unknown): ApiAnswer => ({ status: 200, body });
