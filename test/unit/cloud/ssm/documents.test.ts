import { managedInstances, verbs } from './ssmWorld.ts';

describe('documents', () => {
  test('a new version is used only once it is the default', async () => {
    const { call } = await managedInstances();
    const content = JSON.stringify({ ...verbs, description: 'second' });
    await call('UpdateDocument', { Name: 'verbs', Content: content, DocumentVersion: '$LATEST' });
    expect(await call('DescribeDocument', { Name: 'verbs' })).toMatchObject({
      Document: { DocumentVersion: '1', DefaultVersion: '1', LatestVersion: '2' },
    });
    await call('UpdateDocumentDefaultVersion', { Name: 'verbs', DocumentVersion: '2' });
    expect(await call('GetDocument', { Name: 'verbs' })).toMatchObject({ Content: content, DocumentVersion: '2' });
  });

  test('the same content twice, the same name twice and content that is no document are refused', async () => {
    const { errorOf } = await managedInstances();
    const Content = JSON.stringify(verbs);
    expect((await errorOf('UpdateDocument', { Name: 'verbs', Content })).name).toBe('DuplicateDocumentContent');
    expect((await errorOf('CreateDocument', { Name: 'verbs', Content })).name).toBe('DocumentAlreadyExists');
    expect((await errorOf('CreateDocument', { Name: 'more', Content: '{' })).name).toBe('InvalidDocumentContent');
    const unknown = JSON.stringify({ ...verbs, variables: {} });
    expect((await errorOf('CreateDocument', { Name: 'more', Content: unknown })).name).toBe('NotModelled');
  });

  test('a deleted document is gone', async () => {
    const { call, errorOf } = await managedInstances();
    await call('DeleteDocument', { Name: 'verbs' });
    expect((await errorOf('GetDocument', { Name: 'verbs' })).name).toBe('InvalidDocument');
  });
});

describe('parameters', () => {
  test('AWS’s public parameters name images', async () => {
    const { call, errorOf } = await managedInstances();
    const name = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64';
    const { Parameter } = await call<{ Parameter: { Value: string } }>('GetParameter', { Name: name });
    expect(Parameter.Value).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(await call('GetParameters', { Names: [name, '/none'] })).toMatchObject({
      Parameters: [{ Name: name }],
      InvalidParameters: ['/none'],
    });
    expect((await errorOf('GetParameter', { Name: '/none' })).name).toBe('ParameterNotFound');
  });

  test('a parameter is overwritten only when asked', async () => {
    const { call, errorOf } = await managedInstances();
    await call('PutParameter', { Name: '/kubestep/x', Value: '1', Type: 'String' });
    expect((await errorOf('PutParameter', { Name: '/kubestep/x', Value: '2' })).name).toBe('ParameterAlreadyExists');
    expect(await call('PutParameter', { Name: '/kubestep/x', Value: '2', Overwrite: true })).toMatchObject({
      Version: 2,
    });
    await call('DeleteParameter', { Name: '/kubestep/x' });
    expect((await errorOf('GetParameter', { Name: '/kubestep/x' })).name).toBe('ParameterNotFound');
  });
});
