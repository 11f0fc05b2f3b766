// Resolves credentials and a region as a program with the AWS SDK for Go v2 does, in many environments: {base, cases} as
// JSON in, an array of answers out. The endpoints in the environment keep it off the network.
package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

type answer struct {
	Key    *string `json:"key"`
	Region *string `json:"region"`
	Error  string  `json:"error,omitempty"`
}

// The last provider of the chain is the machine's role: this error means that there were no credentials before it.
const exhausted = "access disabled to EC2 IMDS"

func resolve(variables ...map[string]string) answer {
	os.Clearenv()
	for _, some := range variables {
		for name, value := range some {
			os.Setenv(name, value)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	noRetries := config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} })
	loaded, err := config.LoadDefaultConfig(ctx, noRetries)
	if err != nil {
		return answer{Error: err.Error()}
	}
	var region *string
	if loaded.Region != "" {
		region = &loaded.Region
	}
	credentials, err := loaded.Credentials.Retrieve(ctx)
	if err == nil {
		return answer{Key: &credentials.AccessKeyID, Region: region}
	}
	if strings.Contains(err.Error(), exhausted) {
		return answer{Region: region}
	}
	return answer{Error: err.Error(), Region: region}
}

func main() {
	var question struct {
		Base  map[string]string
		Cases []map[string]string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&question); err != nil {
		panic(err)
	}
	answers := []answer{}
	for _, variables := range question.Cases {
		answers = append(answers, resolve(question.Base, variables))
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
