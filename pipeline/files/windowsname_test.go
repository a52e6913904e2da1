package files

import "testing"

func TestWindowsName(t *testing.T) {
	for name, want := range map[string]string{
		"kunder.xlsx": "kunder.xlsx", "Kunder åäö (2).xlsx": "Kunder åäö (2).xlsx",
		"Q1: kunder.xlsx": "Q1_ kunder.xlsx", `a<b>"c|d?e*.csv`: "a_b__c_d_e_.csv",
		"con.xlsx": "_con.xlsx", "NUL": "_NUL", "com1.lista.csv": "_com1.lista.csv", "LPT¹.csv": "_LPT¹.csv", "aux .csv": "_aux.csv",
		"COM10.csv": "COM10.csv", "console.csv": "console.csv", "comb.csv": "comb.csv",
		"kunder.xlsx. ": "kunder.xlsx", "kunder .xlsx": "kunder.xlsx", "...": "",
	} {
		if got := windowsName(name); got != want {
			t.Errorf("windowsName(%q) = %q, want %q", name, got, want)
		}
	}
}

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
