// Command lego lets writers publish TXT values through lego's Route 53 provider, all at once. Each writer is a provider
// of its own, as if lego had been started that often. It prints "ready", waits for a line on its standard input, and
// then prints each value that lego says is published, a line each. What lego could not publish goes to standard error.
//
//	lego DOMAIN KEYAUTH...    with AWS_ENDPOINT_URL_ROUTE_53, AWS_HOSTED_ZONE_ID and the usual AWS variables
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/go-acme/lego/v5/challenge/dns01"
	"github.com/go-acme/lego/v5/providers/dns/route53"
)

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(domain string, keyAuths []string) error {
	providers := make([]*route53.DNSProvider, len(keyAuths))
	for index := range keyAuths {
		provider, err := route53.NewDNSProvider()
		if err != nil {
			return err
		}
		providers[index] = provider
	}
	fmt.Println("ready")
	bufio.NewScanner(os.Stdin).Scan()

	var writers sync.WaitGroup
	var output sync.Mutex
	for index, keyAuth := range keyAuths {
		writers.Go(func() {
			ctx := context.Background()
			err := providers[index].Present(ctx, domain, "token", keyAuth)
			output.Lock()
			defer output.Unlock()
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				return
			}
			fmt.Println(dns01.GetChallengeInfo(ctx, domain, keyAuth).Value)
		})
	}
	writers.Wait()
	return nil
}
