import { gunzipSync, gzipSync } from 'node:zlib';
import type { Plan } from '../blueprint/plan.ts';
import { planHash } from '../blueprint/planHash.ts';
import { readRow, writeRowIfAbsent } from './table.ts';

interface PlanRow {
  readonly plan: Uint8Array;
}

const keyOf = (hash: string) => ({ pk: `plan#${hash}`, sk: 'plan' });

/** Plans never change under their hash, so a warm function reads each once. */
const plansRead = new Map<string, Plan>();
const plansKept = 20;

/** Stores a plan under its hash and returns the hash. */
export async function storePlan(plan: Plan): Promise<string> {
  const hash = planHash(plan);
  await writeRowIfAbsent({ ...keyOf(hash), plan: gzipSync(JSON.stringify(plan)) });
  return hash;
}

/** The plan stored under this hash. */
export async function readPlan(hash: string): Promise<Plan> {
  const known = plansRead.get(hash);
  if (known) return known;
  const row = await readRow<PlanRow>(keyOf(hash));
  if (!row) throw new Error(`No plan is stored under ${hash}`);
  const plan = unpacked(row.plan);
  if (plan === undefined || planHash(plan) !== hash)
    throw new Error(`The plan stored under ${hash} is not the one that was stored: it was changed`);
  if (plansRead.size >= plansKept) plansRead.clear();
  plansRead.set(hash, plan);
  return plan;
}

/** Undefined for bytes that no plan was packed into. */
function unpacked(bytes: Uint8Array): Plan | undefined {
  try {
    return JSON.parse(gunzipSync(bytes).toString()) as Plan;
  } catch {
    return undefined;
  }
}
