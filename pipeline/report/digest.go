package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"

	"inlet.example/inlet/pipeline/ledger"
)

// PlanDigest identifies a plan, so that what a person agrees to is what the person has seen. All changes are part of it, also those that are not shown.
type PlanDigest struct {
	sum hash.Hash
	enc *json.Encoder
}

// NewPlanDigest returns the digest of a plan without changes.
func NewPlanDigest() *PlanDigest {
	sum := sha256.New()
	return &PlanDigest{sum, json.NewEncoder(sum)}
}

// Add adds changes of the plan.
func (d *PlanDigest) Add(changes []ledger.Change) error {
	for i := range changes {
		if err := d.enc.Encode(&changes[i]); err != nil {
			return err
		}
	}
	return nil
}

// String returns the digest of what was added.
func (d *PlanDigest) String() string { return hex.EncodeToString(d.sum.Sum(nil)) }
