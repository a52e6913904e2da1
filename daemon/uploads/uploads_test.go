package uploads

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func keepOf(t *testing.T, limits Limits) (*Keep, string) {
	t.Helper()
	dir := t.TempDir()
	return &Keep{Limits: limits, Log: slog.New(slog.DiscardHandler), Inboxes: func() []Inbox { return []Inbox{{"kunder", dir}} }}, dir
}

func fine(string) error { return nil }

func receive(t *testing.T, k *Keep, name, text string) Upload {
	t.Helper()
	u, err := k.Receive(t.Context(), Upload{Inbox: "kunder", Owner: "anna", Name: name}, strings.NewReader(text), fine)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// tree returns the files below an inbox that are not of uploads, with their text.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != ".inlet" {
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			all[e.Name()] = string(text)
		}
	}
	return all
}

// left returns how many folders of uploads there are.
func left(t *testing.T, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, ".inlet", "uploads"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return len(entries)
}

func TestSafeName(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"kunder.xlsx": "kunder.xlsx", `C:\Users\anna\Kunder 2026.XLSX`: "Kunder 2026.XLSX", "../../etc/x.csv": "x.csv", "a\x00b\nc\x1b[1m.csv": "ab c[1m.csv",
		"x\u202egnp.xlsx": "xgnp.xlsx", `a<b>:"|?*.csv`: "a_b______.csv", "CON.xlsx": "_CON.xlsx", "com1.x.csv": "_com1.x.csv", "CONIN$.csv": "_CONIN$.csv", "lpt³.csv": "_lpt³.csv", "å\xff.csv": "å_.csv", " trimmed . .csv": "trimmed.csv",
		"": "", ".xlsx": "", "x.exe": "", "kunder": "", "~$kunder.xlsx": "", ".hidden.xlsx": "", "x.csv.part": "", "x.mapping.yaml": "", "../..": "", "x.xls": "", "/": "",
	} {
		got, err := SafeName(sent)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q is kept as %q (%v), want %q", sent, got, err, want)
		}
	}
	long, err := SafeName(strings.Repeat("å", 300) + ".xlsx")
	if err != nil || len(long) > mostName || !utf8.ValidString(long) || !strings.HasSuffix(long, "å.xlsx") {
		t.Errorf("a long name is kept as %q (%v)", long, err)
	}
}

func FuzzSafeName(f *testing.F) {
	f.Add(`..\..\x.csv`)
	f.Fuzz(func(t *testing.T, sent string) {
		name, err := SafeName(sent)
		if err != nil {
			return
		}
		if strings.ContainsAny(name, "/\\\x00\n") || name == "" || name[0] == '.' || len(name) > 220 || filepath.Base(name) != name {
			t.Errorf("%q is kept as %q", sent, name)
		}
		if again, err := SafeName(name); err != nil || again != name {
			t.Errorf("%q is kept as %q, and that as %q (%v)", sent, name, again, err)
		}
	})
}

// TestReceive: an upload is kept whole or not at all, within the limits.
func TestReceive(t *testing.T) {
	t.Parallel()
	k, dir := keepOf(t, Limits{Bytes: 10, Total: 15})
	u := receive(t, k, "a.csv", "0123456789")
	if text, err := os.ReadFile(u.Workbook()); err != nil || string(text) != "0123456789" || u.Size != 10 || len(u.Sum) != 64 {
		t.Errorf("kept: %+v, %q, %v", u, text, err)
	}
	broken := errors.New("is broken")
	for name, c := range map[string]struct {
		u    Upload
		text io.Reader
		is   error
		says error
	}{
		"too large": {Upload{Inbox: "kunder", Name: "b.csv"}, strings.NewReader("0123456789x"), ErrTooLarge, nil},
		"full":      {Upload{Inbox: "kunder", Name: "b.csv"}, strings.NewReader("012345"), ErrFull, nil},
		"empty":     {Upload{Inbox: "kunder", Name: "b.csv"}, strings.NewReader(""), ErrEmpty, nil},
		"name":      {Upload{Inbox: "kunder", Name: "b"}, strings.NewReader("x"), ErrName, nil},
		"inbox":     {Upload{Inbox: "other", Name: "b.csv"}, strings.NewReader("x"), ErrInbox, nil},
		"broken":    {Upload{Inbox: "kunder", Name: "b.csv"}, strings.NewReader("x"), broken, broken},
		"stalled":   {Upload{Inbox: "kunder", Name: "b.csv"}, io.MultiReader(strings.NewReader("x"), errorReader{ErrStalled}), ErrStalled, nil},
	} {
		if _, err := k.Receive(t.Context(), c.u, c.text, func(string) error { return c.says }); !errors.Is(err, c.is) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := left(t, dir); n != 1 {
		t.Errorf("%d folders are left, want that of the first", n)
	}
	if got := receive(t, k, "c.csv", "01234"); got.ID == u.ID {
		t.Error("two uploads have one ID")
	}
}

type errorReader struct{ err error }

func (e errorReader) Read([]byte) (int, error) { return 0, e.err }

// TestListAndFind: everybody has their own uploads.
func TestListAndFind(t *testing.T) {
	t.Parallel()
	k, _ := keepOf(t, Limits{Bytes: 100, Total: 1000})
	first := receive(t, k, "a.csv", "a")
	second := receive(t, k, "b.csv", "b")
	if all := k.List("anna", false); len(all) != 2 || all[0].ID != second.ID {
		t.Errorf("the uploads of anna, the newest first: %+v", all)
	}
	if len(k.List("bo", false)) != 0 || len(k.List("bo", true)) != 2 {
		t.Error("bo has the uploads of anna, or an administrator has not")
	}
	if u, err := k.Find(first.ID); err != nil || u.Owner != "anna" || u.Name != "a.csv" {
		t.Errorf("found: %+v, %v", u, err)
	}
	for _, id := range []string{"", "..", "../x", strings.Repeat("a", 26), first.ID + "x"} {
		if _, err := k.Find(id); !errors.Is(err, ErrNone) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if err := k.Discard(first); err != nil {
		t.Error(err)
	}
	if _, err := k.Find(first.ID); !errors.Is(err, ErrNone) {
		t.Errorf("a discarded upload: %v", err)
	}
}

// TestMove: workbook and mapping go into the inbox together, under a name that nothing there has.
func TestMove(t *testing.T) {
	t.Parallel()
	k, dir := keepOf(t, Limits{Bytes: 100, Total: 1000})
	for name, text := range map[string]string{"a.csv": "of a person", "a~2.mapping.yaml": "of another"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	u, err := k.Map(receive(t, k, "a.csv", "mine"), []byte("version: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	u, err = k.Move(t.Context(), "anna", u, "_default.a.mapping.yaml", []byte("saved"))
	if err != nil || u.As != "a~3.csv" || u.State != Handed {
		t.Fatalf("moved: %+v, %v", u, err)
	}
	want := map[string]string{"a.csv": "of a person", "a~2.mapping.yaml": "of another", "a~3.csv": "mine", "a~3.mapping.yaml": "version: 1\n", "_default.a.mapping.yaml": "saved"}
	if got := tree(t, dir); len(got) != len(want) || got["a~3.csv"] != "mine" || got["a~3.mapping.yaml"] != "version: 1\n" || got["_default.a.mapping.yaml"] != "saved" || got["a.csv"] != "of a person" {
		t.Errorf("the inbox has %q", got)
	}
	if _, err := k.Move(t.Context(), "anna", u, "", nil); !errors.Is(err, ErrMoved) {
		t.Errorf("moved once more: %v", err)
	}
	if _, err := k.Map(u, nil); !errors.Is(err, ErrMoved) {
		t.Errorf("mapped when it was moved: %v", err)
	}
}

// TestMoveAfterACrash: at whatever point a move was broken off, the next start finishes it.
func TestMoveAfterACrash(t *testing.T) {
	t.Parallel()
	for name, done := range map[string]func(u *Upload, dir string) error{
		"nothing moved": func(*Upload, string) error { return nil },
		"mapping moved": func(u *Upload, dir string) error {
			return os.Rename(u.Mapping(), filepath.Join(dir, "a.mapping.yaml"))
		},
		"both moved": func(u *Upload, dir string) error {
			return errors.Join(os.Rename(u.Mapping(), filepath.Join(dir, "a.mapping.yaml")), os.Rename(u.Workbook(), filepath.Join(dir, "a.csv")))
		},
	} {
		k, dir := keepOf(t, Limits{Bytes: 100, Total: 1000})
		u, err := k.Map(receive(t, k, "a.csv", "mine"), []byte("version: 1\n"))
		if err != nil {
			t.Fatal(err)
		}
		root, err := u.open()
		if err != nil {
			t.Fatal(err)
		}
		u.State, u.As = Handing, "a.csv"
		if err := errors.Join(u.write(root), done(&u, dir), root.Close()); err != nil {
			t.Fatal(err)
		}
		if err := k.Discard(u); !errors.Is(err, ErrMoved) {
			t.Errorf("%s: discarded: %v", name, err)
		}
		k.sweep(t.Context(), time.Now())
		if got := tree(t, dir); got["a.csv"] != "mine" || got["a.mapping.yaml"] != "version: 1\n" {
			t.Errorf("%s: the inbox has %q", name, got)
		}
		if now, err := k.Find(u.ID); err != nil || now.State != Handed {
			t.Errorf("%s: the upload is %+v, %v", name, now, err)
		}
	}
}

// TestSweep: what nobody has imported goes after a week, what a crash has left at once, and nothing else.
func TestSweep(t *testing.T) {
	t.Parallel()
	k, dir := keepOf(t, Limits{Bytes: 100, Total: 1000})
	u := receive(t, k, "a.csv", "a")
	half := filepath.Join(dir, ".inlet", "uploads", strings.Repeat("b", 26))
	other := filepath.Join(dir, ".inlet", "uploads", "of-a-person")
	for _, folder := range []string{half, other} {
		if err := os.MkdirAll(filepath.Join(folder, "in"), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	at := func(d time.Duration) []bool {
		k.sweep(t.Context(), time.Now().Add(d))
		_, gone := k.Find(u.ID)
		_, noHalf := os.Stat(half)
		_, noOther := os.Stat(other)
		return []bool{gone != nil, noHalf != nil, noOther != nil}
	}
	for _, c := range []struct {
		after time.Duration
		want  []bool
	}{{0, []bool{false, false, false}}, {2 * time.Hour, []bool{false, true, false}}, {lifetime - time.Hour, []bool{false, true, false}}, {lifetime + time.Hour, []bool{true, true, false}}} {
		if got := at(c.after); got[0] != c.want[0] || got[1] != c.want[1] || got[2] != c.want[2] {
			t.Errorf("after %s: gone %v, want %v", c.after, got, c.want)
		}
	}
}

// TestForeignFolders: what somebody else puts in the place of the uploads is not followed.
func TestForeignFolders(t *testing.T) {
	t.Parallel()
	k, dir := keepOf(t, Limits{Bytes: 100, Total: 1000})
	outside := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(dir, ".inlet"), 0o750), os.Symlink(outside, filepath.Join(dir, ".inlet", "uploads"))); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Receive(context.Background(), Upload{Inbox: "kunder", Name: "a.csv"}, bytes.NewReader([]byte("a")), fine); err == nil {
		t.Error("an upload was kept behind a link")
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
		t.Errorf("written outside of the inbox: %v, %v", entries, err)
	}
}
