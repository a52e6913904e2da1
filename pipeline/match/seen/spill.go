package seen

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"sort"
)

// Spill keeps a value for each fingerprint, the latest in memory and the others in a temporary file. It is for one goroutine.
type Spill struct {
	most        int // entries in memory before they are written to the file; fewer in tests
	latest      table
	checkpoints []checkpoint // of the last batches, the last one first
	segments    []segment
	file        *os.File // the segments, one behind the other
	end         int64    // of the file
	err         error    // of the disk, the first one
}

// checkpoint is what it takes to undo a batch.
type checkpoint struct {
	flushed bool    // the table was written to the file at its beginning
	before  []entry // the previous value of each fingerprint that it set
}

const (
	usualMost = 1 << 17
	entrySize = len(Fingerprint{}) + 8
)

// New returns an empty Spill whose last batches can be taken back: as many as are matched ahead of the store, which is at least one.
func New(ahead int) *Spill { return &Spill{most: usualMost, checkpoints: make([]checkpoint, ahead)} }

// Err returns the first error of the disk. From then on nothing that is in the file is found.
func (s *Spill) Err() error { return s.err }

// Of returns the value last noted for a fingerprint, and whether there is one.
func (s *Spill) Of(f Fingerprint) (uint64, bool) {
	if v := s.latest.get(f); v != 0 {
		return v, true
	}
	for _, seg := range slices.Backward(s.segments) {
		if v, ok := s.find(seg, f); ok {
			return v, true
		}
	}
	return 0, false
}

// Begin starts a batch, which Rewind can take back.
func (s *Spill) Begin() {
	last := len(s.checkpoints) - 1
	spare := s.checkpoints[last].before[:0]
	copy(s.checkpoints[1:], s.checkpoints)
	s.checkpoints[0] = checkpoint{before: spare}
	if s.latest.n >= s.most && s.err == nil {
		s.flush()
		s.checkpoints[0].flushed = s.err == nil
	}
}

// Note keeps a value, which is not 0, in place of the one before.
func (s *Spill) Note(f Fingerprint, v uint64) {
	now := &s.checkpoints[0]
	now.before = append(now.before, entry{f, s.latest.set(f, v)})
}

// Rewind takes the last batch back.
func (s *Spill) Rewind() {
	now := s.checkpoints[0]
	for _, was := range slices.Backward(now.before) {
		s.latest.set(was.Fingerprint, was.value)
	}
	if now.flushed && s.err == nil {
		s.reload()
	}
	copy(s.checkpoints, s.checkpoints[1:])
	s.checkpoints[len(s.checkpoints)-1] = checkpoint{before: now.before[:0]}
}

// Close removes the file.
func (s *Spill) Close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
}

// flush writes the table to the file as a segment and empties it.
func (s *Spill) flush() {
	all := s.latest.sorted()
	seg := segment{at: s.end, n: len(all), filter: newFilter(len(all))}
	entries := make([]byte, 0, seg.n*entrySize)
	for i, e := range all {
		if i%blockEntries == 0 {
			seg.index = append(seg.index, e.Fingerprint)
		}
		entries = binary.BigEndian.AppendUint64(append(entries, e.Fingerprint[:]...), e.value)
		seg.filter.add(e.Fingerprint)
	}
	if s.err = s.append(entries); s.err == nil {
		s.segments = append(s.segments, seg)
		s.latest.clear()
	}
}

// reload reads the last segment back into the table: the batch before may have noted some of it, and may be taken back too.
func (s *Spill) reload() {
	last := len(s.segments) - 1
	seg := s.segments[last]
	entries := make([]byte, seg.n*entrySize)
	if _, err := s.file.ReadAt(entries, seg.at); err != nil {
		s.err = fmt.Errorf("load values of earlier rows: %w", err)
		return
	}
	for ; len(entries) > 0; entries = entries[entrySize:] {
		s.latest.set(Fingerprint(entries), binary.BigEndian.Uint64(entries[len(Fingerprint{}):]))
	}
	s.segments, s.end = s.segments[:last], seg.at
}

func (s *Spill) append(entries []byte) error {
	if s.file == nil {
		f, err := os.CreateTemp("", "inlet-past-*")
		if err != nil {
			return fmt.Errorf("keep values of earlier rows: %w", err)
		}
		_ = os.Remove(f.Name()) // so that a crash leaves nothing behind; where an open file cannot be removed, Close does it
		s.file = f
	}
	if _, err := s.file.WriteAt(entries, s.end); err != nil {
		return fmt.Errorf("keep values of earlier rows: %w", err)
	}
	s.end += int64(len(entries))
	return nil
}

// segment is some entries in the file, by rising fingerprint.
type segment struct {
	at     int64
	n      int
	index  []Fingerprint // the first fingerprint of each block
	filter filter
}

const blockEntries = 128 // that are read at once: 3 KiB

func (s *Spill) find(seg segment, f Fingerprint) (uint64, bool) {
	if !seg.filter.mayContain(f) || s.err != nil {
		return 0, false
	}
	block, first := slices.BinarySearchFunc(seg.index, f, compare)
	if !first {
		block--
	}
	if block < 0 {
		return 0, false
	}
	from := block * blockEntries
	n := min(blockEntries, seg.n-from)
	var buffer [blockEntries * entrySize]byte
	entries := buffer[:n*entrySize]
	if _, err := s.file.ReadAt(entries, seg.at+int64(from*entrySize)); err != nil {
		s.err = fmt.Errorf("load values of earlier rows: %w", err)
		return 0, false
	}
	i, found := sort.Find(n, func(i int) int { return bytes.Compare(f[:], entries[i*entrySize:][:len(f)]) })
	if !found {
		return 0, false
	}
	return binary.BigEndian.Uint64(entries[i*entrySize+len(f):]), true
}
