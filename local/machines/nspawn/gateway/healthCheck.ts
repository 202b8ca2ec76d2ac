import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import type { Clock } from '../../../clock/clock.ts';
import type { Target, TargetHealthCheck } from './gatewayConfiguration.ts';

/** One check of a target, sent from a balancer's node: whether it passed within its time. */
export function checkTarget(
  clock: Clock,
  {
    check,
    target,
    nodeAddress,
  }: { readonly check: TargetHealthCheck; readonly target: Target; readonly nodeAddress: string },
): Promise<boolean> {
  const where = { host: target.address, port: check.port ?? target.port, localAddress: nodeAddress };
  const abort = new AbortController();
  const timer = clock.at(clock.now() + check.timeoutSeconds * 1000, () => abort.abort());
  const answered = check.protocol === 'TCP' ? accepts(where, abort.signal) : answers(where, check, abort.signal);
  return answered.finally(() => timer.cancel());
}

interface Where {
  readonly host: string;
  readonly port: number;
  readonly localAddress: string;
}

function accepts(where: Where, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(where);
    const end = (passed: boolean) => {
      connection.destroy();
      resolve(passed);
    };
    signal.addEventListener('abort', () => end(false), { once: true });
    connection.once('connect', () => end(true)).once('error', () => end(false));
  });
}

/** A balancer looks at the status only; it does not verify certificates (source: NLB user guide, "Health checks"). */
function answers(
  where: Where,
  { protocol, path = '/', httpCodes = '200-399' }: TargetHealthCheck,
  signal: AbortSignal,
) {
  return new Promise<boolean>((resolve) => {
    const ask = protocol === 'HTTPS' ? secureRequest : request;
    const asked = ask({ ...where, path, agent: false, rejectUnauthorized: false, signal }, (answer) => {
      resolve(matchesCodes(httpCodes, answer.statusCode ?? 0));
      asked.destroy();
    });
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

/** Whether a status is among `200`, `200,202` or `200-399`. */
export function matchesCodes(codes: string, status: number): boolean {
  return codes.split(',').some((part) => {
    const [from = '', to = from] = part.split('-');
    return status >= Number(from) && status <= Number(to);
  });
}
