import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anOwnersVpc, dedicated, stacked } from './clusters.ts';
import { driftsOf } from './drift.ts';
import { deedsOf, notImported, typesOf } from './plans.ts';
import { judgeSchema } from './providerSchema.ts';
import { aServedDeployment, type ServedDeployment } from './servedDeployment.ts';
import { type ResourceChange, type Terraform, type TerraformPlan, terraformIn } from './terraform.ts';
import { type Tools, terraformTools } from './tools.ts';

/** Notes that something must be so, and says when it is not. */
type Verdict = (what: string, found: readonly string[]) => void;

/** Real Terraform with the real provider of AWS reads exports of two clusters: it imports everything and changes nothing. */
async function judge(tools: Tools, folder: string, verdict: Verdict): Promise<void> {
  const deployment = await aServedDeployment();
  try {
    const vpc = await anOwnersVpc(deployment);
    await deployment.create(stacked);
    await deployment.create(dedicated(vpc));
    // Side by side: a provider mostly waits for answers.
    const [one, other] = await Promise.all([
      adopted(deployment, tools, { name: 'stacked', folder, verdict }),
      adopted(deployment, tools, { name: 'dedicated', folder, verdict }),
    ]);
    verdict('docs/terraform.md shows this plan', shownBy('docs/terraform.md', one.plan));
    await judgeSchema(one.terraform, verdict);
    const owners = ['aws_vpc', 'aws_subnet', 'aws_route_table', 'aws_nat_gateway', 'aws_internet_gateway'];
    const managed = typesOf(other.plan, 'managed');
    verdict(
      'dedicated: nothing of the owner’s network is managed',
      owners.filter((type) => managed.has(type)),
    );
    await judgeDrift(deployment, { ...one, verdict });
  } finally {
    await deployment.close();
  }
}

/** The line in which Terraform sums up a plan, unless the page shows it. */
function shownBy(page: string, { resource_changes: changes = [] }: TerraformPlan): string[] {
  const count = (isMeant: (change: ResourceChange['change']) => unknown) =>
    changes.filter(({ mode, change }) => mode === 'managed' && isMeant(change)).length;
  const imported = count(({ importing }) => importing);
  const [added, changed, destroyed] = ['create', 'update', 'delete'].map((action) =>
    count(({ actions }) => actions.includes(action)),
  );
  const line = `Plan: ${imported} to import, ${added} to add, ${changed} to change, ${destroyed} to destroy.`;
  return readFileSync(page, 'utf8').includes(line) ? [] : [line];
}

interface Adoption {
  readonly name: string;
  readonly folder: string;
  readonly verdict: Verdict;
}

interface Adopted {
  readonly folder: string;
  readonly terraform: Terraform;
  /** The first plan: what it imports. */
  readonly plan: TerraformPlan;
}

async function adopted(
  deployment: ServedDeployment,
  tools: Tools,
  { name, folder, verdict }: Adoption,
): Promise<Adopted> {
  const out = join(folder, name);
  const exported = await deployment.kubestep('export', 'terraform', name, '--out', out);
  if (exported.code !== 0) throw new Error(`kubestep export ended with ${exported.code}:\n${exported.text}`);
  const terraform = terraformIn(out, tools, deployment.environment);
  await terraform.run(['init', '-input=false', `-plugin-dir=${tools.mirror}`]);
  await terraform.run(['validate']);
  const plan = await terraform.plan();
  verdict(`${name}: everything is imported`, notImported(plan));
  verdict(`${name}: the first plan changes nothing`, deedsOf(plan));
  await terraform.run(['apply', '-input=false', 'plan.bin']);
  verdict(`${name}: after apply there is nothing to do`, (await terraform.plan()).isEmpty ? [] : ['there is']);
  verdict(`${name}: no key is in the state`, secretsIn(out));
  return { folder: out, terraform, plan };
}

/** What no file and no state may hold. */
function secretsIn(folder: string): string[] {
  const texts = readdirSync(folder).filter((name) => /\.(json|tfstate)$/.test(name));
  return texts.filter((name) =>
    /PRIVATE KEY|client-key-data|BEGIN CERTIFICATE/.test(readFileSync(join(folder, name), 'utf8')),
  );
}

async function judgeDrift(
  deployment: ServedDeployment,
  { folder, terraform, plan, verdict }: Adopted & Pick<Adoption, 'verdict'>,
): Promise<void> {
  const drifts = driftsOf(plan, deployment);
  for (const { make } of drifts) await make();
  const deeds = deedsOf(await terraform.plan());
  const expected = drifts.flatMap(({ shownAs }) => shownAs ?? []);
  for (const { what, shownAs } of drifts.filter((drift) => drift.shownAs !== undefined))
    verdict(`${what} shows in the plan`, deeds.includes(shownAs ?? '') ? [] : deeds);
  verdict(
    'nothing else shows in the plan',
    deeds.filter((deed) => !expected.includes(deed)),
  );

  // What this provider cannot see, the next export names.
  const again = await deployment.kubestep('export', 'terraform', 'stacked', '--out', folder, '-o', 'json');
  const { leftOut } = JSON.parse(again.text) as { leftOut: readonly { readonly what: string }[] };
  const isNamed = (words: string) => leftOut.some(({ what }) => what.includes(words));
  verdict('the foreign rule is named by the next export', isNamed('ingress tcp 22-22 0.0.0.0/0') ? [] : [again.text]);
  verdict('the deleted route is named by the next export', isNamed('the default route') ? [] : [again.text]);
}

async function main(): Promise<boolean> {
  const tools = terraformTools();
  if ('unavailable' in tools) {
    console.log(`skipped: ${tools.unavailable}`);
    return true;
  }
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-terraform-'));
  let failed = 0;
  const verdict: Verdict = (what, found) => {
    console.log(`${found.length === 0 ? '✓' : '✗'} ${what}`);
    for (const line of found) console.log(`    ${line}`);
    if (found.length > 0) failed += 1;
  };
  try {
    await judge(tools, folder, verdict);
  } finally {
    if (process.env['KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
    else console.log(folder);
  }
  return failed === 0;
}

process.exitCode = (await main()) ? 0 : 1;
