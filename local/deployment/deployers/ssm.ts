import { arnOf } from '../../cloud/world.ts';
import { administratorCalls } from '../administrator.ts';
import type { Deployer } from '../deploy.ts';

export const deployDocument: Deployer = async (resource, cloud) => {
  const { Name, Content, DocumentType, DocumentFormat } = resource.properties;
  const call = administratorCalls(cloud, 'ssm');
  const content = { Name, Content: JSON.stringify(Content), DocumentFormat };
  if (resource.existing) {
    await updated(async () => {
      const { DocumentDescription } = (await call('UpdateDocument', { ...content, DocumentVersion: '$LATEST' })) as {
        DocumentDescription: { DocumentVersion: string };
      };
      await call('UpdateDocumentDefaultVersion', { Name, DocumentVersion: DocumentDescription.DocumentVersion });
    });
  } else await call('CreateDocument', { ...content, DocumentType });
  return { ref: String(Name), attributes: { Arn: arnOf(cloud.world, 'ssm', `document/${Name}`) } };
};

/** A document with the same content is as good as updated. */
async function updated(update: () => Promise<unknown>): Promise<void> {
  try {
    await update();
  } catch (error) {
    if ((error as Error).name !== 'DuplicateDocumentContent') throw error;
  }
}
