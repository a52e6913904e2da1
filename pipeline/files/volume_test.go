package files

import "testing"

func TestOnServer(t *testing.T) {
	for volume, want := range map[string]bool{
		"": false, "C:": false, `\\?\C:`: false, `\\.\C:`: false,
		`\\server\share`: true, "//server/share": true, `\\?\UNC\server\share`: true, `\\?\unc\server\share`: true,
	} {
		if got := onServer(volume); got != want {
			t.Errorf("onServer(%q) = %v", volume, got)
		}
	}
}
