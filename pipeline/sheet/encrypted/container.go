package encrypted

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf16"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// container is a file in the compound file format, which Office used before the zip: a file system of sectors in chains. Only the two
// streams of an encrypted workbook are read. Every chain and size is bounded by the size of the file.
type container struct {
	r     io.ReaderAt
	size  int64
	shift uint     // of the size of a sector
	next  []uint32 // of each sector, the next one in its chain

	small     []byte   // the stream that holds the small ones
	smallNext []uint32 // as next, of its sectors of 64 bytes
	entries   map[string]streamEntry
}

// streamEntry is a stream as the directory lists it.
type streamEntry struct {
	start uint32
	size  int64
}

const (
	headerBytes   = 512
	smallShift    = 6
	smallCutoff   = 4096       // a stream of fewer bytes is a small one
	lastSector    = 0xFFFFFFFA // higher numbers are marks
	headerChains  = 109        // numbers of sectors in the header that hold the chains
	maxChainBytes = 1 << 20    // bytes; an encrypted workbook has a dozen entries of 128
)

// openContainer reads the chains and the directory.
func openContainer(r io.ReaderAt, size int64) (*container, error) {
	head := make([]byte, headerBytes)
	if _, err := r.ReadAt(head, 0); err != nil {
		return nil, fault.InHeader(err)
	}
	c := &container{r: r, size: size, shift: uint(binary.LittleEndian.Uint16(head[30:]))}
	if c.shift != 9 && c.shift != 12 {
		return nil, fault.Corrupt("the container of the encrypted workbook is damaged (size of sectors): copy or save the file again")
	}
	if err := c.readChains(head); err != nil {
		return nil, err
	}
	dir, err := c.readChain(binary.LittleEndian.Uint32(head[48:]))
	if err != nil {
		return nil, err
	}
	root := c.readDirectory(dir)
	if c.small, err = c.readChain(root.start); err != nil {
		return nil, err
	}
	c.small = c.small[:min(int64(len(c.small)), root.size)]
	list, err := c.readChain(binary.LittleEndian.Uint32(head[60:]))
	c.smallNext = words(list)
	return c, err
}

// readChains reads the table of the chains. Its own sectors are listed in the header and, in large files, in further sectors.
func (c *container) readChains(head []byte) error {
	const each = 4
	sectors := c.size>>c.shift + 1
	list := words(head[headerBytes-headerChains*each:])
	more := binary.LittleEndian.Uint32(head[68:])
	for more < lastSector {
		b, err := c.readSectors(more, 1)
		if err != nil {
			return err
		}
		if int64(len(list)) > sectors+headerChains {
			return fault.Corrupt("the container of the encrypted workbook is damaged (a chain without an end): copy or save the file again")
		}
		w := words(b)
		list, more = append(list, w[:len(w)-1]...), w[len(w)-1]
	}
	for _, s := range list {
		if s >= lastSector || int64(len(c.next)) > sectors {
			break
		}
		b, err := c.readSectors(s, 1)
		if err != nil {
			return err
		}
		c.next = append(c.next, words(b)...)
	}
	return nil
}

// readDirectory notes the streams by name and returns the root, whose stream holds the small streams.
func (c *container) readDirectory(dir []byte) (root streamEntry) {
	const entrySize, kindStream, kindRoot = 128, 2, 5
	c.entries = make(map[string]streamEntry)
	root.start = lastSector
	for ; len(dir) >= entrySize; dir = dir[entrySize:] {
		e := streamEntry{start: binary.LittleEndian.Uint32(dir[116:]), size: int64(binary.LittleEndian.Uint32(dir[120:]))}
		switch dir[66] {
		case kindRoot:
			root = e
		case kindStream:
			wide := make([]uint16, 0, 32)
			for i := 0; i < 64 && (dir[i] != 0 || dir[i+1] != 0); i += 2 {
				wide = append(wide, binary.LittleEndian.Uint16(dir[i:]))
			}
			c.entries[string(utf16.Decode(wide))] = e
		}
	}
	return root
}

// tooLarge refuses an encrypted workbook above the limit.
func tooLarge(most int64) error {
	return fault.New(fault.CodeLimit, "the encrypted workbook is larger than %s MB, the limit for decryption: save it without a password", most>>20).OverLimit("encrypted_bytes")
}

// open returns a stream and its size; nil if there is none of the name.
func (c *container) open(name string, most int64) (io.Reader, int64, error) {
	e, ok := c.entries[name]
	switch {
	case !ok:
		return nil, 0, nil
	case e.size > most:
		return nil, 0, tooLarge(most)
	case e.size > c.size:
		return nil, 0, endMissing()
	case e.size >= smallCutoff:
		return &chainReader{file: c, next: e.start, left: e.size}, e.size, nil
	}
	b := make([]byte, 0, e.size+1<<smallShift)
	for s := e.start; int64(len(b)) < e.size; s = c.smallNext[s] {
		at := int64(s) << smallShift
		if int64(s) >= int64(len(c.smallNext)) || at+1<<smallShift > int64(len(c.small)) {
			return nil, 0, fault.Corrupt("the container of the encrypted workbook is damaged (a chain that leads out of it): copy or save the file again")
		}
		b = append(b, c.small[at:at+1<<smallShift]...)
	}
	return bytes.NewReader(b[:e.size]), e.size, nil
}

func endMissing() error {
	return fault.New(fault.CodeTruncated, "the end of the encrypted workbook is missing: copy or export the file again")
}

// readChain returns the content of a chain, which is small in all encrypted workbooks.
func (c *container) readChain(start uint32) ([]byte, error) {
	r := &chainReader{file: c, next: start, left: c.size + 1<<c.shift, toEnd: true}
	return io.ReadAll(io.LimitReader(r, maxChainBytes))
}

// chainReader reads the sectors of a chain, neighbouring ones at once.
type chainReader struct {
	file  *container
	next  uint32
	left  int64 // bytes of the stream
	toEnd bool  // it ends where the chain does
	part  []byte
}

func (r *chainReader) Read(p []byte) (int, error) {
	if len(r.part) == 0 {
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.part)
	r.part = r.part[n:]
	return n, nil
}

// fill reads the next sectors.
func (r *chainReader) fill() error {
	c, s := r.file, r.next
	switch {
	case r.left <= 0 && !r.toEnd || s >= lastSector && r.toEnd:
		return io.EOF
	case s >= lastSector:
		return fault.Corrupt("the container of the encrypted workbook is damaged (a stream that is too short): copy or save the file again")
	}
	run := 1
	after, ok := c.nextSector(s)
	for ok && after == s+uint32(run) && int64(run)<<c.shift < 64<<10 {
		run++
		after, ok = c.nextSector(s + uint32(run) - 1)
	}
	part, err := c.readSectors(s, run)
	if err != nil {
		return err
	}
	if !ok || r.left <= 0 {
		return fault.Corrupt("the container of the encrypted workbook is damaged (a chain that leads out of it, or has no end): copy or save the file again")
	}
	r.next, r.part = after, part
	if !r.toEnd {
		r.part = part[:min(int64(len(part)), r.left)]
	}
	r.left -= int64(len(part))
	return nil
}

// nextSector returns the sector that follows another in its chain.
func (c *container) nextSector(s uint32) (uint32, bool) {
	if int64(s) >= int64(len(c.next)) {
		return 0, false
	}
	return c.next[s], true
}

// readSectors reads neighbouring sectors. The last one of the file may be cut off after its content, as some writers leave it.
func (c *container) readSectors(n uint32, count int) ([]byte, error) {
	at := (int64(n) + 1) << c.shift
	if at >= c.size {
		return nil, endMissing()
	}
	b := make([]byte, count<<c.shift)
	if got, err := c.r.ReadAt(b, at); err != nil && (err != io.EOF || at+int64(got) < c.size) {
		return nil, fmt.Errorf("read the encrypted workbook: %w", err)
	}
	return b, nil
}

// words reads numbers of 32 bits.
func words(b []byte) []uint32 {
	w := make([]uint32, len(b)/4)
	for i := range w {
		w[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return w
}
