import { mkdirSync, writeFileSync } from 'node:fs';
import { workflowPage, workflows } from './workflowPage.ts';

mkdirSync('docs/workflows', { recursive: true });
for (const workflow of workflows()) writeFileSync(`docs/workflows/${workflow.name}.md`, workflowPage(workflow));
