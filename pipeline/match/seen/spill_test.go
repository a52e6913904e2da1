package seen

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"testing"
)

const ahead = 2

var topic = NewTopic()

func fingerprint(i int) Fingerprint { return topic.Fingerprint([]byte{byte('a' + i)}) }

// small returns a Spill that goes to disk after a few entries.
func small(most int) *Spill {
	s := New(ahead)
	s.most = most
	return s
}

// TestSpillAgreesWithMap compares what is found with a map: entries noted again, new ones, ones that were never noted, and batches taken back.
func TestSpillAgreesWithMap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	s := small(300) // more than two blocks
	defer s.Close()
	want := map[Fingerprint]uint64{}
	flushed := false // within a batch that was taken back
	some := func() Fingerprint {
		var text [8]byte
		binary.BigEndian.PutUint64(text[:], rnd.Uint64N(5000))
		return topic.Fingerprint(text[:])
	}
	for range 20_000 {
		f := some()
		got, found := s.Of(f)
		if v, noted := want[f]; found != noted || got != v {
			t.Fatalf("%x: got %d, %v; noted was %d, %v", f, got, found, v, noted)
		}
		if rnd.IntN(2) == 0 {
			want[f] = rnd.Uint64() | 1
			s.Note(f, want[f])
		}
		if rnd.IntN(20) == 0 {
			batches := rnd.IntN(ahead + 1)
			for range batches {
				s.Begin()
				for range rnd.IntN(200) {
					s.Note(some(), rnd.Uint64()|1)
				}
			}
			for range batches {
				flushed = flushed || s.checkpoints[0].flushed
				s.Rewind()
			}
			s.Begin()
		}
	}
	if s.Err() != nil || len(s.segments) < 20 || !flushed {
		t.Errorf("%d segments, reloaded %v: %v", len(s.segments), flushed, s.Err())
	}
}

// TestSpillFindsNothingInAFullTable: a fingerprint that was not noted is not found, however many are in memory.
func TestSpillFindsNothingInAFullTable(t *testing.T) {
	s := New(ahead)
	var text [8]byte
	for i := range uint64(3000) { // the table grows twice
		binary.BigEndian.PutUint64(text[:], i)
		f := topic.Fingerprint(text[:])
		if _, found := s.Of(f); found {
			t.Fatalf("entry %d is found before it is noted", i)
		}
		s.Note(f, i+1)
	}
}

// TestTopicsAreApart has the same text under two topics.
func TestTopicsAreApart(t *testing.T) {
	if topic.Fingerprint([]byte("a")) == NewTopic().Fingerprint([]byte("a")) {
		t.Error("one fingerprint for a text of two topics")
	}
}

// TestSpillOnBrokenDisk expects the first error to be kept, and no wrong value in its place.
func TestSpillOnBrokenDisk(t *testing.T) {
	s := small(10)
	for i := range 100 {
		s.Begin()
		s.Note(fingerprint(i), uint64(i+1))
	}
	if err := s.file.Close(); err != nil {
		t.Fatal(err)
	}
	if _, found := s.Of(fingerprint(0)); found || s.Err() == nil {
		t.Errorf("read from a closed file: %v, %v", found, s.Err())
	}
	t.Setenv("TMPDIR", "/nonexistent")
	s = small(1)
	s.Note(fingerprint(0), 1)
	s.Begin()
	s.Note(fingerprint(1), 2)
	if s.Err() == nil {
		t.Error("a missing folder gives no error")
	}
	if v, found := s.Of(fingerprint(0)); !found || v != 1 {
		t.Error("an entry that could not be written is lost")
	}
}

// TestCloseLeavesNoFile looks into the temporary folder.
func TestCloseLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s := small(1)
	for i := range 3 {
		s.Begin()
		s.Note(fingerprint(i), uint64(i+1))
	}
	s.Close()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 || s.Err() != nil {
		t.Errorf("left: %v, %v, %v", left, err, s.Err())
	}
}

// BenchmarkSpill notes one entry after the other; one look-up in ten finds something.
func BenchmarkSpill(b *testing.B) {
	s := New(ahead)
	defer s.Close()
	var text [8]byte
	n := uint64(0)
	of := func(i uint64) Fingerprint {
		binary.BigEndian.PutUint64(text[:], i)
		return topic.Fingerprint(text[:])
	}
	for b.Loop() {
		f := of(n)
		if n%2000 == 0 {
			s.Begin()
		}
		s.Of(f)
		s.Note(f, n+1)
		if n%10 == 0 {
			s.Of(of(n / 2))
		}
		n++
	}
	b.ReportMetric(float64(len(s.segments)), "segments")
}
