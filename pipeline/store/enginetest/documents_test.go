package enginetest_test

import (
	"testing"

	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/pipeline/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.RunDocuments(t, func(*testing.T) engine.Documents { return &enginetest.Documents{} })
}
