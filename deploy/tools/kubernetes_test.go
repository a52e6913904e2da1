package tools

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// cluster is what an overlay brings into a namespace.
type cluster struct {
	set     *apps.StatefulSet
	service *core.Service
	budget  *policy.PodDisruptionBudget
	network *networking.NetworkPolicy
	monitor *monitoring.ServiceMonitor
	configs map[string]*core.ConfigMap
	secrets map[string]*core.Secret
	claims  map[string]*core.PersistentVolumeClaim
}

// build builds an overlay, and decodes each object strictly: a field that the API does not know, or that is of another type, is an error.
func build(t *testing.T, path string) *cluster {
	t.Helper()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), path)
	if err != nil {
		t.Fatal(err)
	}
	known := runtime.NewScheme()
	if err := scheme.AddToScheme(known); err != nil {
		t.Fatal(err)
	}
	if err := monitoring.AddToScheme(known); err != nil {
		t.Fatal(err)
	}
	decoder := serializer.NewCodecFactory(known, serializer.EnableStrict).UniversalDeserializer()
	c := &cluster{configs: map[string]*core.ConfigMap{}, secrets: map[string]*core.Secret{}, claims: map[string]*core.PersistentVolumeClaim{}}
	for _, r := range resources.Resources() {
		text, err := r.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		object, _, err := decoder.Decode(text, nil, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		switch o := object.(type) {
		case *apps.StatefulSet:
			c.set = o
		case *core.Service:
			c.service = o
		case *policy.PodDisruptionBudget:
			c.budget = o
		case *networking.NetworkPolicy:
			c.network = o
		case *monitoring.ServiceMonitor:
			c.monitor = o
		case *core.ConfigMap:
			c.configs[o.Name] = o
		case *core.Secret:
			c.secrets[o.Name] = o
		case *core.PersistentVolumeClaim:
			c.claims[o.Name] = o
		case *core.ServiceAccount:
		default:
			t.Errorf("nobody expects %T", o)
		}
	}
	if c.set == nil || c.service == nil || c.budget == nil || c.network == nil || c.monitor == nil {
		t.Fatalf("%s does not have all of them: %+v", path, c)
	}
	return c
}

// TestManifests: the parts of each overlay fit together.
func TestManifests(t *testing.T) {
	for name, replicas := range map[string]int32{"sqlite": 1, "mongodb": 2} {
		t.Run(name, func(t *testing.T) {
			c := build(t, "../kubernetes/overlays/"+name)
			if *c.set.Spec.Replicas != replicas {
				t.Errorf("%d replicas", *c.set.Spec.Replicas)
			}
			c.selectors(t)
			c.volumes(t)
			c.restricted(t)
			c.scraped(t)
			hasStore := slices.ContainsFunc(c.set.Spec.VolumeClaimTemplates, func(p core.PersistentVolumeClaim) bool { return p.Name == "store" })
			if hasStore != (name == "sqlite") {
				t.Errorf("a volume for the store: %v", hasStore)
			}
		})
	}
}

// selectors holds that everything that selects pods selects those of the StatefulSet, and not all of the namespace.
func (c *cluster) selectors(t *testing.T) {
	t.Helper()
	pods := labels.Set(c.set.Spec.Template.Labels)
	for what, selector := range map[string]*metav1.LabelSelector{"the StatefulSet": c.set.Spec.Selector, "the budget": c.budget.Spec.Selector,
		"the policy": &c.network.Spec.PodSelector, "the Service": {MatchLabels: c.service.Spec.Selector}} {
		s, err := metav1.LabelSelectorAsSelector(selector)
		if err != nil || s.Empty() || !s.Matches(pods) {
			t.Errorf("%s selects %v, pods have %v: %v", what, s, pods, err)
		}
	}
	if s, err := metav1.LabelSelectorAsSelector(&c.monitor.Spec.Selector); err != nil || s.Empty() || !s.Matches(labels.Set(c.service.Labels)) {
		t.Errorf("the monitor selects %v, the Service has %v: %v", s, c.service.Labels, err)
	}
	if c.set.Spec.ServiceName != c.service.Name {
		t.Errorf("the StatefulSet belongs to the Service %s", c.set.Spec.ServiceName)
	}
}

// volumes holds that what is mounted exists, and that the configuration names files that are mounted.
func (c *cluster) volumes(t *testing.T) {
	t.Helper()
	pod := c.set.Spec.Template.Spec
	there := map[string]bool{}
	for _, v := range c.set.Spec.VolumeClaimTemplates {
		there[v.Name] = true
	}
	for _, v := range pod.Volumes {
		there[v.Name] = v.EmptyDir != nil || v.ConfigMap != nil && c.configs[v.ConfigMap.Name] != nil || v.Secret != nil && c.secrets[v.Secret.SecretName] != nil ||
			v.PersistentVolumeClaim != nil && c.claims[v.PersistentVolumeClaim.ClaimName] != nil
		if v.ConfigMap != nil {
			c.configuration(t, c.configs[v.ConfigMap.Name], pod)
		}
	}
	for _, m := range pod.Containers[0].VolumeMounts {
		if !there[m.Name] {
			t.Errorf("%s is mounted, and does not exist", m.Name)
		}
	}
}

func (c *cluster) configuration(t *testing.T, config *core.ConfigMap, pod core.PodSpec) {
	t.Helper()
	text := config.Data["inlet.yaml"]
	if !slices.Contains(pod.Containers[0].Args, "/etc/inlet/inlet.yaml") || text == "" {
		t.Errorf("the configuration is not that of %v: %q", pod.Containers[0].Args, text)
	}
	for word := range strings.FieldsSeq(strings.NewReplacer("{", " ", "}", " ", ",", " ").Replace(text)) {
		key, secret := strings.CutPrefix(word, "/run/secrets/inlet/")
		if !secret {
			continue
		}
		if !slices.ContainsFunc(pod.Volumes, func(v core.Volume) bool { return v.Secret != nil && len(c.secrets[v.Secret.SecretName].Data[key]) > 0 }) {
			t.Errorf("no secret has %s", word)
		}
	}
}

// restricted holds the pod to what the strictest standard of Kubernetes asks ("restricted"), and more.
func (c *cluster) restricted(t *testing.T) {
	t.Helper()
	pod, in := c.set.Spec.Template.Spec, c.set.Spec.Template.Spec.Containers[0]
	s := in.SecurityContext
	if !*pod.SecurityContext.RunAsNonRoot || pod.SecurityContext.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault || *s.AllowPrivilegeEscalation ||
		!*s.ReadOnlyRootFilesystem || !slices.Equal(s.Capabilities.Drop, []core.Capability{"ALL"}) || *pod.AutomountServiceAccountToken {
		t.Errorf("the pod may more than it needs: %+v", pod)
	}
	port := in.Ports[0].Name
	for what, probe := range map[string]*core.Probe{"/healthz": in.LivenessProbe, "/readyz": in.ReadinessProbe} {
		if probe.HTTPGet.Path != what || probe.HTTPGet.Port.StrVal != port {
			t.Errorf("a probe asks %+v, not %s", probe.HTTPGet, what)
		}
	}
	if c.service.Spec.Ports[0].TargetPort.StrVal != port || in.Resources.Limits.Memory().IsZero() || in.Resources.Requests.Memory().IsZero() {
		t.Errorf("port %v, resources %v", c.service.Spec.Ports[0], in.Resources)
	}
}

// scraped holds that Prometheus finds a port and a login.
func (c *cluster) scraped(t *testing.T) {
	t.Helper()
	at := c.monitor.Spec.Endpoints[0]
	if at.Port != c.service.Spec.Ports[0].Name || c.monitor.Spec.JobLabel != "app.kubernetes.io/name" || c.service.Labels[c.monitor.Spec.JobLabel] != "inlet" {
		t.Errorf("port %q, job %q", at.Port, c.monitor.Spec.JobLabel)
	}
	login := c.secrets[at.BasicAuth.Username.Name]
	if login == nil || login.StringData[at.BasicAuth.Username.Key] == "" || login.StringData[at.BasicAuth.Password.Key] == "" {
		t.Errorf("no login for Prometheus: %+v", login)
	}
	for _, s := range c.secrets {
		if web := s.Data["web.yaml"]; web != nil && !bytes.Contains(web, []byte(login.StringData["username"]+": $2")) {
			t.Errorf("web.yaml has no login %s", login.StringData["username"])
		}
	}
}

// TestUnknownFieldIsRefused: the decoder is strict.
func TestUnknownFieldIsRefused(t *testing.T) {
	known := runtime.NewScheme()
	if err := scheme.AddToScheme(known); err != nil {
		t.Fatal(err)
	}
	decoder := serializer.NewCodecFactory(known, serializer.EnableStrict).UniversalDeserializer()
	if _, _, err := decoder.Decode([]byte("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 1}\n"), nil, nil); err == nil || !strings.Contains(err.Error(), `"spec.port"`) {
		t.Errorf("spec.port is accepted: %v", err)
	}
}
