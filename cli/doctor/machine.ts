import { type Finding, failed, ok, warning } from './finding.ts';

/** The oldest Node that the command runs on (package.json, engines). */
const oldest = [20, 19] as const;

/** The oldest line of Node that still gets fixes, and when the one before it ended (source: Node.js release schedule). */
const maintained = 22;
const endedBefore = 'Node 20 has had no fixes since April 2026';

/** Whether this machine's Node runs the command. */
export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const said = `Node ${version}`;
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    return failed('node', `${said} is older than ${oldest.join('.')}`, `Install Node ${maintained} or newer.`);
  if (major < maintained) return warning('node', `${said}: ${endedBefore}`, `Install Node ${maintained} or newer.`);
  return ok('node', said);
}

/** A signature counts for so long around the server's time (source: IAM User Guide, Signature Version 4, "5 minutes"). */
const longestSkewMilliseconds = 5 * 60_000;
const noticeableSkewMilliseconds = 30_000;

/** Whether signatures of this machine's clock count; the server's time is the one in its answer. */
export function clockFinding(ownTime: number, serverTime: number): Finding {
  const skew = Math.abs(ownTime - serverTime);
  const seconds = Math.round(skew / 1000);
  const remedy = 'Let the system keep the time: timedatectl set-ntp true.';
  if (skew > longestSkewMilliseconds)
    return failed('clock', `This machine’s clock is ${seconds} s off: AWS refuses its signatures`, remedy);
  if (skew > noticeableSkewMilliseconds) return warning('clock', `This machine’s clock is ${seconds} s off`, remedy);
  return ok('clock', 'This machine’s clock agrees with AWS’s');
}
