import { Command } from '@commander-js/extra-typings';
import { stringify } from 'yaml';
import type { Plan } from '../../shared/blueprint/plan.ts';
import type { TerraformExport } from '../../shared/export/terraform/exportTerraform.ts';
import { requestTo } from '../../shared/operations/routes.ts';
import { exitCodes } from '../exitCodes.ts';
import { writeExport } from '../export/exportFolder.ts';
import { withOutput, withTarget } from '../options.ts';
import { ask } from '../target.ts';
import { counted, oneLine, shellWord } from '../words.ts';
import { answer, type CommandContext, examples, isForPrograms, type Verb } from './command.ts';

/** `kubestep export terraform|manifest NAME` */
export const exportVerb: Verb = (run) =>
  new Command('export')
    .summary('get a cluster as code: Terraform, or its spec')
    .description('Writes a cluster as code, for Terraform or as the spec that would make the same cluster.')
    .usage('KIND NAME [options]')
    .addCommand(terraformVerb(run))
    .addCommand(manifestVerb(run))
    .addHelpText(
      'after',
      examples('kubestep export terraform demo --out demo-terraform', 'kubestep export manifest demo > demo.yaml'),
    );

const terraformVerb: Verb = (run) => {
  const verb = new Command('terraform')
    .description(
      'Writes everything that AWS has of the cluster as Terraform code with import blocks, one file a kind. terraform plan then imports it and changes nothing; what others changed shows as a difference. It cannot create a cluster.',
    )
    .argument('<NAME>', 'the name of the cluster')
    .requiredOption('--out <DIR>', 'the folder to write to; it is made where there is none')
    .option('--force', 'replace files of the same names that no export of this cluster has written')
    .addHelpText('after', examples('kubestep export terraform demo --out demo-terraform'))
    .action((name, options, command) =>
      run(command, async (context) => {
        await exportTerraform(context, name, options);
        return exitCodes.done;
      }),
    );
  return withOutput(withTarget(verb));
};

async function exportTerraform(
  context: CommandContext,
  name: string,
  { out, force = false }: { readonly out: string; readonly force?: true | false | undefined },
): Promise<void> {
  const request = requestTo('exportTerraform', { name });
  const { files, leftOut } = await ask<TerraformExport>(await context.target(), request);
  writeExport({ folder: out, cluster: name, files, force });
  const names = Object.keys(files);
  if (!isForPrograms(context))
    for (const { what, reason } of leftOut) context.output.error(`left out: ${oneLine(what)}: ${oneLine(reason)}`);
  answer(context, { folder: out, files: names, leftOut }, () => [
    `${counted(names.length, 'file')} of the cluster ${oneLine(name)} in ${oneLine(out)}; nothing was changed in AWS`,
    '',
    `  terraform -chdir=${shellWord(out)} init`,
    `  terraform -chdir=${shellWord(out)} plan`,
  ]);
}

const manifestVerb: Verb = (run) => {
  const verb = new Command('manifest')
    .description(
      'Prints the spec that would make the same cluster, with every default written out: as YAML, unless -o json asks for JSON.',
    )
    .argument('<NAME>', 'the name of the cluster')
    .addHelpText(
      'after',
      examples('kubestep export manifest demo > demo.yaml', 'kubestep export manifest demo -o json'),
    )
    .action((name, _, command) =>
      run(command, async (context) => {
        const { plan } = await ask<{ plan: Plan }>(await context.target(), requestTo('getPlan', { name }));
        answer(context, plan.spec, () => [stringify(plan.spec).trimEnd()]);
        return exitCodes.done;
      }),
    );
  return withOutput(withTarget(verb));
};
