package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// The test binary is its own second process: these say what it does then, and to which file.
const (
	partEnv = "INLET_TEST_SQLITE_PART"
	fileEnv = "INLET_TEST_SQLITE_FILE"
)

func TestMain(m *testing.M) {
	part, ok := parts[os.Getenv(partEnv)]
	if !ok {
		os.Exit(m.Run())
	}
	e, err := sqlite.Open(context.Background(), os.Getenv(fileEnv))
	if err == nil {
		err = errors.Join(part(e), e.Close(context.Background()))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var parts = map[string]func(e *sqlite.Engine) error{"count": counting, "die": dying}

const counts = 100 // of each process

// counting raises the number in one document by one, a hundred times, and writes a record each time.
func counting(e *sqlite.Engine) error {
	for range counts {
		err := e.Batch(context.Background(), func(ctx context.Context, e engine.Engine) error {
			doc, _, err := e.Load(ctx, engine.Meta, "count")
			if err != nil {
				return err
			}
			if ok, err := e.Swap(ctx, engine.Meta, doc); !ok || err != nil {
				return fmt.Errorf("swap inside a transaction: %v, %w", ok, err)
			}
			results, err := e.Write(ctx, crm.Account, []engine.Write{account(int(doc.Version))})
			if err == nil && results[0] != engine.Written {
				err = fmt.Errorf("record %d has result %+v", doc.Version, results[0])
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// dying says that it is in the middle of a batch and waits there to be killed.
func dying(e *sqlite.Engine) error {
	return e.Batch(context.Background(), func(ctx context.Context, e engine.Engine) error {
		writes := make([]engine.Write, 5_000)
		for i := range writes {
			writes[i] = account(i + 2)
		}
		if _, err := e.Write(ctx, crm.Account, writes); err != nil {
			return err
		}
		fmt.Println("in the middle")
		_, err := io.Copy(io.Discard, os.Stdin)
		return err
	})
}

func TestTwoProcessesWriteOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	e := opened(t, path)
	if _, err := e.Insert(t.Context(), engine.Meta, engine.Doc{ID: "count", Order: "count", Body: []byte(`{}`)}); err != nil {
		t.Fatal(err)
	}
	other := process(t, "count", path)
	var said strings.Builder
	other.Stderr = &said
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	mine, theirs := counting(e), other.Wait()
	if mine != nil || theirs != nil {
		t.Fatalf("this process: %v; the other: %v %s", mine, theirs, said.String())
	}
	doc, _, err := e.Load(t.Context(), engine.Meta, "count")
	if err != nil || doc.Version != 2*counts+1 {
		t.Fatalf("counted to %d: %v", doc.Version, err)
	}
	if n := len(ids(t, e)); n != 2*counts {
		t.Fatalf("%d records", n)
	}
}

func TestAProcessKilledInABatchLeavesNothingOfIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	first := opened(t, path)
	put(t, first, 1)
	other := process(t, "die", path)
	if _, err := other.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "in the middle\n" {
		t.Errorf("the other process says %q: %v", line, err)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // it was killed
	e := opened(t, path)
	if got := ids(t, e); len(got) != 1 {
		t.Fatalf("%d records", len(got))
	}
	put(t, e, 2)
	put(t, first, 3) // whose files are still the same
}

func process(t *testing.T, part, path string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), partEnv+"="+part, fileEnv+"="+path)
	return cmd
}
