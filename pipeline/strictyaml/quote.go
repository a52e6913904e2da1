package strictyaml

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

// Quote writes a text of one line as a YAML value that is read back as that text, in quotes where it needs them.
func Quote(text string) string {
	out, err := yaml.Marshal(text)
	plain := strings.TrimSuffix(string(out), "\n")
	if err != nil || strings.ContainsAny(plain, "\n") || plain == "" || strings.ContainsAny(plain[:1], "&*!|>%@`{[?") ||
		plain[0] != '"' && plain[0] != '\'' && strings.ContainsAny(plain, "#{}[],&*!:\"'") {
		return strconv.Quote(text)
	}
	return plain
}
