package open

import (
	"fmt"
	"io"
	"os"

	"inlet.example/inlet/pipeline/message"
)

// DefaultConfig is the configuration file that is read if none is named.
const DefaultConfig = "inlet.yaml"

// ServiceConfig is the configuration that the packages install; tests have another.
var ServiceConfig = "/etc/inlet/inlet.yaml"

// noteService says that the configuration of the service exists and is not used. Whoever types a command elsewhere than in its folder usually means that
// one, but a store that nobody named is not written to.
func noteService(w io.Writer, lang string) {
	if _, err := os.Stat(ServiceConfig); err == nil {
		fmt.Fprintf(w, message.Word(lang, "note  there is no %s here, so the defaults apply; to use that of the service: --config %s\n"), DefaultConfig, ServiceConfig)
	}
}
