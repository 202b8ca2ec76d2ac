import { file } from '../template.ts';

/** /etc/kubernetes/kube-scheduler.yaml */
export const kubeSchedulerConfiguration = file`
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: /etc/kubernetes/kube-scheduler.kubeconfig
  qps: 100
  burst: 100
leaderElection:
  leaderElect: true
enableProfiling: false
`;
