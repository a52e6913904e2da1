package store

import "time"

// SetPace makes the lease faster, or so slow that nothing of it is seen in a test.
func (s *Store) SetPace(beat, dead, look time.Duration) {
	s.pace = pace{beat: beat, dead: dead, look: look}
}

// SetPiece has journal entries split at so many bytes.
func (s *Store) SetPiece(bytes int) { s.piece = bytes }

// SetOwner gives the store another owner than this process.
func (s *Store) SetOwner(host, boot string, pid int, born string) {
	s.owner = owner{host, boot, pid, born}
}

// Owner returns who the lease says holds it.
func (s *Store) Owner() (host, boot string, pid int, born string) {
	return s.owner.Host, s.owner.Boot, s.owner.PID, s.owner.Born
}

// Dead says whether an owner has certainly ended.
func Dead(host, boot string, pid int, born string) bool { return owner{host, boot, pid, born}.dead() }

// Born returns when a process started.
func Born(pid int) string { return born(pid) }

// OlderStop is the ID of the rule that an older inlet cannot read.
const OlderStop = olderStop
