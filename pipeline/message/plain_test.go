package message

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"Åkeri & Söner 日本 👩‍🌾.xlsx": "Åkeri & Söner 日本 👩‍🌾.xlsx",
		"\x1b[2Jbook":            `\x1b[2Jbook`,
		"a\nb\r\nc\rd":           "a⏎b⏎c⏎d",
		"\u202exslx.exe":         `\u202exslx.exe`,
		"\u2066a\u2069":          `\u2066a\u2069`,
		"a\tb":                   "a b",
		"bell\a del\x7f nul\x00": `bell\x07 del\x7f nul\x00`,
		"csi \u009b31m":          `csi \u009b31m`,
		"broken \xff":            `broken \xff`,
		"line\u2028end":          "line⏎end",
		"":                       "",
	} {
		if got := Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
	if got := PlainLines("a\x1b\nb\r\x1b"); got != `a\x1b`+"\n"+`b⏎\x1b` {
		t.Errorf("Lines: %q", got)
	}
}

// TestEncoder: what a terminal would take for a command is an escape of JSON's, and the value is the same.
func TestEncoder(t *testing.T) {
	var b strings.Builder
	value := "\x1b[31m \u202e \u009b \x7f \u2029 <Å>"
	if err := NewEncoder(&b).Encode(value); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(strings.TrimSuffix(b.String(), "\n"), steers) {
		t.Errorf("wrote %q", b.String())
	}
	var got string
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil || got != value {
		t.Errorf("read back %q, %v", got, err)
	}
}
