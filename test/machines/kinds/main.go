// Reads every YAML document of the named files as Kubernetes' own types, strictly: an unknown kind, an unknown field, a field that
// is there twice or of another type is a finding.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	apiserver "k8s.io/apiserver/pkg/apis/apiserver/v1"
	audit "k8s.io/apiserver/pkg/apis/audit/v1"
	"k8s.io/client-go/kubernetes/scheme"
	kubeconfig "k8s.io/client-go/tools/clientcmd/api/v1"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	proxy "k8s.io/kube-proxy/config/v1alpha1"
	scheduler "k8s.io/kube-scheduler/config/v1"
	credentials "k8s.io/kubelet/config/v1"
	kubelet "k8s.io/kubelet/config/v1beta1"
)

func main() {
	types := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		scheme.AddToScheme, apiextensions.AddToScheme, apiregistration.AddToScheme, apiserver.AddToScheme, audit.AddToScheme,
		kubeconfig.AddToScheme, proxy.AddToScheme, scheduler.AddToScheme, credentials.AddToScheme, kubelet.AddToScheme,
	} {
		if err := add(types); err != nil {
			panic(err)
		}
	}
	decoder := serializer.NewCodecFactory(types, serializer.EnableStrict).UniversalDeserializer()
	documents, findings := 0, 0
	for _, path := range os.Args[1:] {
		text, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
		for {
			document, err := reader.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				panic(err)
			}
			documents++
			if _, _, err := decoder.Decode(document, nil, nil); err != nil {
				findings++
				fmt.Printf("%s: %v\n", path, err)
			}
		}
	}
	fmt.Printf("%d documents, %d findings\n", documents, findings)
	if findings > 0 || documents == 0 {
		os.Exit(1)
	}
}
