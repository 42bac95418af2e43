# customer_id as a group key: the id or alias that an event carried, in every reading.

# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

# parent - the customer Parent with the aliases org1 and org2; Calls, grouped by who sent them
parent() {
	db
	given 'mtr-customer create <<<"{\"id\":\"00000000-0000-4000-8000-000000000001\",\"name\":\"Parent\",\"ingest_aliases\":[\"org1\",\"org2\"]}"'
	cat >metrics.ndjson <<'E'
{"name":"Calls","aggregation_type":"SUM","aggregation_key":"n","property_filters":[{"name":"n","exists":true},{"name":"region"}],"group_keys":[["customer_id"],["customer_id","region"],["region"]]}
{"name":"Peak","aggregation_type":"MAX","aggregation_key":"n","property_filters":[{"name":"n","exists":true}],"group_keys":[["customer_id"]]}
{"name":"Last","aggregation_type":"LATEST","aggregation_key":"n","property_filters":[{"name":"n","exists":true}],"group_keys":[["customer_id"]]}
E
	cat >products.ndjson <<'E'
{"name":"Calls","type":"USAGE","billable_metric_id":"Calls","presentation_group_key":["customer_id"]}
{"name":"By region","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":["region"],"presentation_group_key":["customer_id"]}
{"name":"Peak","type":"USAGE","billable_metric_id":"Peak","presentation_group_key":["customer_id"]}
E
	given 'mtr-metric create metrics.ndjson; mtr-product create products.ndjson'
}

# sent - events of both aliases, of the id, and of nobody, in no order
sent() {
	cat >events.csv <<'E'
transaction_id,customer_id,event_type,timestamp,properties.n,properties.region
e1,org2,call,2024-09-07T00:00:00Z,6,
e2,org1,call,2024-09-03T00:00:00Z,15,eu
e3,00000000-0000-4000-8000-000000000001,call,2024-09-06T00:00:00Z,1,eu
e4,org1,call,2024-09-05T00:00:00Z,10,us
e5,org3,call,2024-09-05T00:00:00Z,100,us
e6,org2,call,2024-09-04T00:00:00Z,10,eu
E
	given 'mtr-ingest -q events.csv'
}

# billed - a price list and a contract from September 2024
billed() {
	cat >rates.csv <<'E'
product_id,pricing_group_values.region,starting_at,entitled,rate_type,price
Calls,,2024-01-01,true,FLAT,1
By region,eu,2024-01-01,true,FLAT,10
By region,us,2024-01-01,true,FLAT,20
Peak,,2024-01-01,true,FLAT,100
E
	given 'mtr-ratecard create <<<"{\"name\":\"List\"}"; mtr-ratecard add-rates --card=List rates.csv'
	given 'mtr-contract create <<<"{\"customer_id\":\"Parent\",\"rate_card_id\":\"List\",\"starting_at\":\"2024-09-01\",\"ending_before\":\"2024-10-01\"}"'
}

lines() {
	jq -r '.line_items[] | [.name, .pricing_group_values.region // "-", .presentation_group_values.customer_id[:4] // "-", .quantity, .total] | join(" ")'
}
export -f lines

@test "an invoice has a line for each key that events carried" {
	parent
	sent
	billed
	try 'mtr-invoice run | lines'
	status_is 0
	out_is <<'E'
Calls - 0000 1 1
Calls - org1 25 25
Calls - org2 16 16
By region eu 0000 1 10
By region eu org1 15 150
By region eu org2 10 100
By region us org1 10 200
Peak - 0000 1 100
Peak - org1 15 1500
Peak - org2 10 1000
E
	err_is <<'E'
mtr-invoice: warning: contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63: product "By region" has usage that no rate prices, from 2024-09-01T00:00:00Z on, for region null [rate_missing]
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 1 invoice finalized
E
}

@test "usage by who sent it, alone and beside a property" {
	parent
	sent
	gives 'mtr-metric usage --metric=Calls --from=2024-09-01 --to=2024-10-01 --window=none --group-by=customer_id | jq -r "[.group.customer_id[:4],.value]|@tsv"' <<'E'
0000	1
org1	25
org2	16
E
	gives 'mtr-metric usage --metric=Calls --from=2024-09-01 --to=2024-10-01 --window=none --group-by=customer_id,region | jq -r "[.group.customer_id[:4],.group.region,.value]|@tsv"' <<'E'
0000	eu	1
org1	eu	15
org1	us	10
org2		6
org2	eu	10
E
	gives 'mtr-metric usage --metric=Last --metric=Peak --from=2024-09-01 --to=2024-10-01 --window=none --group-by=customer_id | jq -r "[.billable_metric_name,.group.customer_id[:4],.value]|@tsv"' <<'E'
Last	0000	1
Last	org1	10
Last	org2	6
Peak	0000	1
Peak	org1	15
Peak	org2	10
E
	gives 'mtr-metric usage --metric=Calls --from=2024-09-03 --to=2024-09-05 --window=day --group-by=customer_id | jq -r "[.starting_on[:10],.group.customer_id[:4],.value]|@tsv"' <<'E'
2024-09-03	org1	15
2024-09-04	org2	10
E
	gives 'mtr-metric usage --metric=Calls --from=2024-09-01 --to=2024-10-01 --window=none --group-by=customer_id --filter=customer_id=org2 | jq -r "[.group.customer_id,.value]|@tsv"' <<'E'
org2	16
E
}

@test "a pasted event says who it is counted for" {
	parent
	gives 'mtr-metric test --metric=Calls <<<"{\"transaction_id\":\"t\",\"customer_id\":\"org1\",\"event_type\":\"call\",\"timestamp\":\"2024-09-03T00:00:00Z\",\"properties\":{\"n\":3,\"region\":\"eu\"}}" | jq -c "[.value,.group_values]"' <<'E'
["3",{"customer_id":"org1","region":"eu"}]
E
}

@test "a filter of that name makes it a property, in SQL it is a column" {
	parent
	cat >metrics.ndjson <<'E'
{"name":"Property","aggregation_type":"COUNT","property_filters":[{"name":"customer_id"}],"group_keys":[["customer_id"]]}
{"name":"Query","sql":"SELECT count(*) AS value, properties.customer_id AS customer_id FROM events GROUP BY properties.customer_id"}
E
	given 'mtr-metric create metrics.ndjson'
	given 'mtr-ingest -q <<<"{\"transaction_id\":\"t\",\"customer_id\":\"org1\",\"event_type\":\"call\",\"timestamp\":\"2024-09-03T00:00:00Z\",\"properties\":{\"customer_id\":\"inside\",\"n\":1}}"'
	gives 'mtr-metric usage --metric=Property --metric=Query --metric=Calls --from=2024-09-01 --to=2024-10-01 --window=none --group-by=customer_id | jq -r "[.billable_metric_name,.group.customer_id,.value]|@tsv"' <<'E'
Property	inside	1
Query	inside	1
Calls	org1	1
E
}

@test "refused: products whose metric does not offer it, readings by half a key" {
	parent
	given 'mtr-metric create <<<"{\"name\":\"Plain\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"region\"}],\"group_keys\":[[\"region\"]]}"'
	refuses 3 'mtr-product create <<<"{\"name\":\"X\",\"type\":\"USAGE\",\"billable_metric_id\":\"Plain\",\"presentation_group_key\":[\"customer_id\"]}"' <<'E'
mtr-product: stdin:1:82: presentation_group_key "customer_id": metric Plain has no group key that holds this name; it has: region [group_key_missing]
E
	refuses 3 'mtr-metric usage --metric=Plain --from=2024-09-01 --to=2024-10-01 --group-by=customer_id' <<'E'
mtr-metric: --group-by "customer_id": no group key of billable metric Plain; it has: region [group_key_missing]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"X\",\"aggregation_type\":\"COUNT\",\"group_keys\":[[\"customer\"]]}"' <<'E'
mtr-metric: stdin:1:55: group_keys[0]: Group key 'customer' does not match one of the property filter names. [metric.group_keys]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"X\",\"aggregation_type\":\"COUNT\",\"group_keys\":[[\"customer_id\",\"customer_id\"]]}"' <<'E'
mtr-metric: stdin:1:69: group_keys[0]: stands twice in the group key [metric.group_keys]
E
}

@test "a usage filter may ask for the key that events carried" {
	parent
	sent
	given 'mtr-ratecard create <<<"{\"name\":\"List\"}"; mtr-ratecard add-rates --card=List <<<"{\"product_id\":\"Calls\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":1}"'
	given 'mtr-contract create <<<"{\"customer_id\":\"Parent\",\"rate_card_id\":\"List\",\"starting_at\":\"2024-09-01\",\"ending_before\":\"2024-10-01\",\"usage_filter\":{\"group_key\":\"customer_id\",\"group_values\":[\"org2\",\"org3\"],\"starting_at\":\"2024-09-01\"}}"'
	gives 'mtr-invoice run -q | lines' <<'E'
Calls - org2 16 16
E
}
