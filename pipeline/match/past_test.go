package match

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"testing"
)

// TestPast holds what is kept on the disk against a map: entries noted anew, new ones, and ones that there are none of.
func TestPast(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	p := NewPast()
	p.most = 300 // more than two pieces
	defer p.Close()
	want := map[trace]uint64{}
	laid := false // amid what was taken back
	some := func() trace {
		var text [8]byte
		binary.BigEndian.PutUint64(text[:], rnd.Uint64N(5000))
		return traceOf(&saidSeeds, text[:])
	}
	for range 20_000 {
		about := some()
		was, known := p.of(about)
		if now, there := want[about]; known != there || was != now {
			t.Fatalf("%x: got %d, %v; noted was %d, %v", about, was, known, now, there)
		}
		if rnd.IntN(2) == 0 {
			want[about] = rnd.Uint64() | 1
			p.note(about, want[about])
		}
		if rnd.IntN(20) == 0 { // batches that are taken back, and rows that are not
			batches := rnd.IntN(Ahead + 1)
			for range batches {
				p.begin()
				for range rnd.IntN(200) {
					p.note(some(), rnd.Uint64()|1)
				}
			}
			for range batches {
				laid = laid || p.last[0].laid
				p.rewind()
			}
			p.begin()
		}
	}
	if p.err != nil || len(p.runs) < 20 || !laid {
		t.Errorf("%d runs, some picked up again: %v, %v", len(p.runs), laid, p.err)
	}
}

// TestPastOnBrokenDisk has the first error told, and no wrong answer given for it.
func TestPastOnBrokenDisk(t *testing.T) {
	p := NewPast()
	p.most = 10
	for i := range 100 {
		p.begin()
		p.note(traceOf(&saidSeeds, []byte{byte('a' + i)}), uint64(i+1))
	}
	if err := p.file.Close(); err != nil {
		t.Fatal(err)
	}
	if _, known := p.of(traceOf(&saidSeeds, []byte("a"))); known || p.err == nil {
		t.Errorf("read from a file that is closed: %v, %v", known, p.err)
	}
	t.Setenv("TMPDIR", "/nonexistent")
	p = NewPast()
	p.most = 1
	p.note(traceOf(&saidSeeds, []byte("a")), 1)
	p.begin()
	p.note(traceOf(&saidSeeds, []byte("b")), 2)
	if p.err == nil {
		t.Error("a folder that is not there is no error")
	}
	if v, known := p.of(traceOf(&saidSeeds, []byte("a"))); !known || v != 1 {
		t.Error("what could not be laid down is forgotten")
	}
}

// TestPastLeavesNothing closes one and looks for its file.
func TestPastLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	p := NewPast()
	p.most = 1
	for i := range 3 {
		p.begin()
		p.note(traceOf(&saidSeeds, []byte{byte('a' + i)}), uint64(i+1))
	}
	p.Close()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 || p.err != nil {
		t.Errorf("left: %v, %v, %v", left, err, p.err)
	}
}

// BenchmarkPast notes one entry after the other and asks for one that is there in ten.
func BenchmarkPast(b *testing.B) {
	p := NewPast()
	defer p.Close()
	var text [8]byte
	n := uint64(0)
	about := func(i uint64) trace {
		binary.BigEndian.PutUint64(text[:], i)
		return traceOf(&saidSeeds, text[:])
	}
	for b.Loop() {
		t := about(n)
		if n%2000 == 0 {
			p.begin()
		}
		p.of(t)
		p.note(t, n+1)
		if n%10 == 0 {
			p.of(about(n / 2))
		}
		n++
	}
	b.ReportMetric(float64(len(p.runs)), "runs")
}
