package terminal

import (
	"bytes"
	"testing"

	"inlet.example/inlet/pipeline/crm"
)

// TestTable: columns are as wide as their widest cell, nothing is behind the last one, and no cell controls the terminal.
func TestTable(t *testing.T) {
	table := NewTable("Inbox", "Files", "")
	table.Add("kunder", 7, "")
	table.Add("å\x1b[31m\n", "many", "x")
	var out bytes.Buffer
	table.Print(&out)
	lines := bytes.Split(out.Bytes(), []byte("\n"))
	if len(lines) != 4 || bytes.Contains(out.Bytes(), []byte("\x1b")) {
		t.Fatalf("%q", out.String())
	}
	at := bytes.Index(lines[2], []byte("many"))
	if string(lines[0][bytes.Index(lines[0], []byte("Files")):]) != "Files" || string(lines[1][len(lines[1])-1:]) != "7" || at < 0 {
		t.Errorf("%q", out.String())
	}
}

// TestSilentProgress counts, so that a command that is stopped can say how far it came, and prints nothing where there is no terminal.
func TestSilentProgress(t *testing.T) {
	var out bytes.Buffer
	p := NewProgress(&out, false, "en")
	p.Update(2, 5)
	p.Indexed(crm.Account, 3)
	p.Indexed(crm.Account, 4)
	p.Clear()
	if p.Done != 2 || p.Total != 5 || p.of[crm.Account.Number()] != 7 || out.Len() > 0 {
		t.Errorf("%d of %d rows, %v records, %q", p.Done, p.Total, p.of, out.String())
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{999: "999", 1000: "1,000", 1_060_000: "1,060,000"} {
		if got := Grouped(n, "en"); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
	if got := Grouped(36_000, "sv"); got != "36\u00a0000" {
		t.Errorf("in Swedish %q", got)
	}
}
