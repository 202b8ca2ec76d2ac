import etcd from '../../../shared/machine/files/etcd.service';
import kubeApiServer from '../../../shared/machine/files/kube-apiserver.service';
import kubeControllerManager from '../../../shared/machine/files/kube-controller-manager.service';
import kubeScheduler from '../../../shared/machine/files/kube-scheduler.service';

/** Flags that name what a component writes to; all others name what it reads. */
const written = /--(?:data-dir|audit-log-path|flex-volume-plugin-dir|cert-dir)=(\S+)/g;

/** Folders that a unit may write to in a read-only machine, as systemd reads its directives. */
function writableFolders(unit: string): readonly string[] {
  const paths = [...unit.matchAll(/^ReadWritePaths=(\S+)$/gm)].map(([, path = '']) => path);
  const logs = [...unit.matchAll(/^LogsDirectory=(\S+)$/gm)].map(([, name]) => `/var/log/${name}`);
  return [...paths, ...logs, '/tmp'];
}

test.each([
  ['etcd', etcd, 1],
  ['kube-apiserver', kubeApiServer, 1],
  ['kube-controller-manager', kubeControllerManager, 1],
  ['kube-scheduler', kubeScheduler, 0],
])('%s is confined, and may write where its flags say', (_, unit, count) => {
  expect(unit).toContain('\n# @@CONFINEMENT@@\n');
  const paths = [...unit.matchAll(written)].map(([, path = '']) => path);
  expect(paths).toHaveLength(count);
  const folders = writableFolders(unit);
  expect(paths.filter((path) => !folders.some((folder) => path.startsWith(`${folder}/`)))).toEqual([]);
});
