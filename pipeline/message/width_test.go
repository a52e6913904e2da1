package message

import "testing"

// TestWidth: a text takes the columns that a terminal gives it.
func TestWidth(t *testing.T) {
	for s, want := range map[string]int{"": 0, "Åkeri": 5, "A\u030akeri": 5, "北京": 4, "ｱ": 1, "Ａ": 2, "😀": 2, "👩‍👩‍👧": 2, "…": 1, "\u200b": 0, "█": 1, "a\tb": 2} {
		if got := Width(s); got != want {
			t.Errorf("Width(%q) = %d, want %d", s, got, want)
		}
	}
	for s, want := range map[string]string{"Åkeri": "Åkeri", "Åkerier": "Åker…", "北京市東": "北京…"} {
		if got := Truncate(s, 5); got != want {
			t.Errorf("Truncate(%q) = %q, want %q", s, got, want)
		}
	}
	if got := Pad("北", 4); got != "北  " {
		t.Errorf("Pad = %q", got)
	}
}
