package tools

import (
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
)

// TestComposeFile loads compose.yaml as Docker Compose does: against its schema, with its variables, and with its services depending on each other.
func TestComposeFile(t *testing.T) {
	options, err := cli.NewProjectOptions([]string{"../compose.yaml"}, cli.WithOsEnv)
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	inlet, err := project.GetService("inlet")
	if err != nil {
		t.Fatal(err)
	}
	if len(project.Services) != 4 || inlet.User != "1000:1000" || !inlet.ReadOnly || inlet.DependsOn["mongodb"].Condition != "service_healthy" {
		t.Errorf("%d services; inlet: user %q, read-only %v, %v", len(project.Services), inlet.User, inlet.ReadOnly, inlet.DependsOn)
	}
	for name, service := range project.Services {
		for _, port := range service.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("other hosts can reach port %s of %s", port.Published, name)
			}
		}
	}
}
