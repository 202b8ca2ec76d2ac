import { etcdService } from '../../../shared/machine/files/etcdService.ts';
import { kubeApiServerService } from '../../../shared/machine/files/kubeApiServerService.ts';
import { kubeControllerManagerService } from '../../../shared/machine/files/kubeControllerManagerService.ts';
import { kubeSchedulerService } from '../../../shared/machine/files/kubeSchedulerService.ts';

/** Flags that name what a component writes to; all others name what it reads. */
const written = /--(?:data-dir|audit-log-path|flex-volume-plugin-dir|cert-dir)=(\S+)/g;

/** Folders that a unit may write to in a read-only machine, as systemd reads its directives. */
function writableFolders(unit: string): readonly string[] {
  const paths = [...unit.matchAll(/^ReadWritePaths=(\S+)$/gm)].map(([, path = '']) => path);
  const logs = [...unit.matchAll(/^LogsDirectory=(\S+)$/gm)].map(([, name]) => `/var/log/${name}`);
  return [...paths, ...logs, '/tmp'];
}

test.each([
  ['etcd', etcdService, 1],
  ['kube-apiserver', kubeApiServerService, 1],
  ['kube-controller-manager', kubeControllerManagerService, 1],
  ['kube-scheduler', kubeSchedulerService, 0],
])('%s is confined, and may write where its flags tell it to', (_, unit, count) => {
  expect(unit).toContain('\n@@CONFINEMENT@@\n');
  const paths = [...unit.matchAll(written)].map(([, path = '']) => path);
  expect(paths).toHaveLength(count);
  const folders = writableFolders(unit);
  expect(paths.filter((path) => !folders.some((folder) => path.startsWith(`${folder}/`)))).toEqual([]);
});
