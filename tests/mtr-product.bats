# mtr-product: what is sold, in dated versions.

# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

# metrics - Calls and Bytes; Calls can be grouped by region, by cloud with region, by model
metrics() {
	db
	cat >metrics.ndjson <<'E'
{"id":"11111111-0000-4000-8000-000000000001","name":"Calls","aggregation_type":"COUNT","property_filters":[{"name":"region"},{"name":"cloud"},{"name":"model"}],"group_keys":[["region"],["cloud","region"],["model"]]}
{"id":"11111111-0000-4000-8000-000000000002","name":"Bytes","aggregation_type":"SUM","aggregation_key":"bytes","property_filters":[{"name":"bytes"}]}
E
	given 'mtr-metric create metrics.ndjson'
}

# products - API calls (usage of Calls by region, id ...a1) and Platform fee (fixed, id ...f1)
products() {
	metrics
	cat >products.ndjson <<'E'
{"id":"22222222-0000-4000-8000-0000000000a1","name":"API calls","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":["region"]}
{"id":"22222222-0000-4000-8000-0000000000f1","name":"Platform fee","type":"FIXED"}
E
	given 'mtr-product create products.ndjson'
}

# letters N - N times the letter é, which takes two bytes
letters() {
	printf 'é%.0s' $(seq "$1")
}
export -f letters

# ---- create ----

@test "create gives back what it stored" {
	metrics
	cat >products.ndjson <<'E'
{"name":"API calls","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":["region"],"presentation_group_key":["cloud","region"],"quantity_conversion":{"conversion_factor":1000,"operation":"DIVIDE","name":"thousands"},"quantity_rounding":{"decimal_places":0,"rounding_method":"ROUND_UP"},"tags":["api","eu"],"custom_fields":{"sku":"a-1","family":"api"}}

{"name":"Platform fee","type":"FIXED"}
E
	gives 'mtr-product create products.ndjson' <<'E'
{"id":"8c75de1a-97ba-8c6e-a8d5-d7fe05fe07b4","type":"USAGE","initial":{"created_at":"2024-10-03T00:00:00Z","name":"API calls","billable_metric_id":"11111111-0000-4000-8000-000000000001","pricing_group_key":["region"],"presentation_group_key":["cloud","region"],"quantity_conversion":{"conversion_factor":"1000","operation":"DIVIDE","name":"thousands"},"quantity_rounding":{"decimal_places":0,"rounding_method":"ROUND_UP"},"tags":["api","eu"],"custom_fields":{"family":"api","sku":"a-1"}},"updates":[],"current":{"name":"API calls","billable_metric_id":"11111111-0000-4000-8000-000000000001","pricing_group_key":["region"],"presentation_group_key":["cloud","region"],"quantity_conversion":{"conversion_factor":"1000","operation":"DIVIDE","name":"thousands"},"quantity_rounding":{"decimal_places":0,"rounding_method":"ROUND_UP"},"tags":["api","eu"],"custom_fields":{"family":"api","sku":"a-1"}},"created_at":"2024-10-03T00:00:00Z"}
{"id":"20ab6c29-077a-8896-96be-72530ecc08ee","type":"FIXED","initial":{"created_at":"2024-10-03T00:00:00Z","name":"Platform fee"},"updates":[],"current":{"name":"Platform fee"},"created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-product list' <<'E'
{"id":"8c75de1a-97ba-8c6e-a8d5-d7fe05fe07b4","type":"USAGE","initial":{"created_at":"2024-10-03T00:00:00Z","name":"API calls","billable_metric_id":"11111111-0000-4000-8000-000000000001","pricing_group_key":["region"],"presentation_group_key":["cloud","region"],"quantity_conversion":{"conversion_factor":"1000","operation":"DIVIDE","name":"thousands"},"quantity_rounding":{"decimal_places":0,"rounding_method":"ROUND_UP"},"tags":["api","eu"],"custom_fields":{"family":"api","sku":"a-1"}},"updates":[],"current":{"name":"API calls","billable_metric_id":"11111111-0000-4000-8000-000000000001","pricing_group_key":["region"],"presentation_group_key":["cloud","region"],"quantity_conversion":{"conversion_factor":"1000","operation":"DIVIDE","name":"thousands"},"quantity_rounding":{"decimal_places":0,"rounding_method":"ROUND_UP"},"tags":["api","eu"],"custom_fields":{"family":"api","sku":"a-1"}},"created_at":"2024-10-03T00:00:00Z"}
{"id":"20ab6c29-077a-8896-96be-72530ecc08ee","type":"FIXED","initial":{"created_at":"2024-10-03T00:00:00Z","name":"Platform fee"},"updates":[],"current":{"name":"Platform fee"},"created_at":"2024-10-03T00:00:00Z"}
E
}

@test "a metric is named by id or by name, under either field" {
	metrics
	cat >products.ndjson <<'E'
{"name":"1","type":"USAGE","billable_metric_id":"11111111-0000-4000-8000-000000000002"}
{"name":"2","type":"USAGE","billable_metric_id":"Bytes"}
{"name":"3","type":"USAGE","billable_metric":"Bytes"}
{"name":"4","type":"USAGE","billable_metric":"11111111-0000-4000-8000-000000000002","billable_metric_id":null}
E
	gives 'mtr-product create products.ndjson | jq -r .current.billable_metric_id' <<'E'
11111111-0000-4000-8000-000000000002
11111111-0000-4000-8000-000000000002
11111111-0000-4000-8000-000000000002
11111111-0000-4000-8000-000000000002
E
}

@test "types and methods are words in either case" {
	metrics
	cat >products.ndjson <<'E'
{"name":"1","type":"usage","billable_metric_id":"Bytes","quantity_conversion":{"conversion_factor":"1/3","operation":"multiply"},"quantity_rounding":{"decimal_places":3,"rounding_method":"round_down"}}
{"name":"2","type":"Usage","billable_metric_id":"Bytes","quantity_conversion":{"conversion_factor":"0.001","operation":"Divide"},"quantity_rounding":{"decimal_places":100,"rounding_method":"round_half_up"}}
{"name":"3","type":"fixed"}
E
	gives 'mtr-product create products.ndjson | jq -c "[.type,.current.quantity_conversion,.current.quantity_rounding]"' <<'E'
["USAGE",{"conversion_factor":"0.33333333333333333333","conversion_factor_exact":"1/3","operation":"MULTIPLY"},{"decimal_places":3,"rounding_method":"ROUND_DOWN"}]
["USAGE",{"conversion_factor":"0.001","operation":"DIVIDE"},{"decimal_places":100,"rounding_method":"ROUND_HALF_UP"}]
["FIXED",null,null]
E
}

@test "an array, values over several lines and CSV make the same products as NDJSON" {
	cat >products.ndjson <<'E'
{"name":"API calls","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":["region"],"quantity_conversion":{"conversion_factor":"1000","operation":"DIVIDE"},"quantity_rounding":{"decimal_places":2,"rounding_method":"ROUND_UP"},"tags":["api"],"custom_fields":{"sku":"a-1"}}
{"name":"Platform fee","type":"FIXED"}
E
	jq -s . products.ndjson >array.json
	jq . products.ndjson >values.json
	cat >products.csv <<'E'
name,type,billable_metric_id,pricing_group_key,quantity_conversion.conversion_factor,quantity_conversion.operation,quantity_rounding.decimal_places,quantity_rounding.rounding_method,tags,custom_fields.sku
API calls,USAGE,Calls,"[""region""]",1000,DIVIDE,2,ROUND_UP,"[""api""]",a-1
Platform fee,FIXED,,,,,,,,
E
	for file in products.ndjson array.json values.json products.csv; do
		rm -f mtr.db*
		metrics
		given "mtr-product create $file"
		mv "$OUT" "$file.out"
	done
	gives 'cat products.ndjson.out' <<'E'
{"id":"8c75de1a-97ba-8c6e-a8d5-d7fe05fe07b4","type":"USAGE","initial":{"created_at":"2024-10-03T00:00:00Z","name":"API calls","billable_metric_id":"11111111-0000-4000-8000-000000000001","pricing_group_key":["region"],"quantity_conversion":{"conversion_factor":"1000","operation":"DIVIDE"},"quantity_rounding":{"decimal_places":2,"rounding_method":"ROUND_UP"},"tags":["api"],"custom_fields":{"sku":"a-1"}},"updates":[],"current":{"name":"API calls","billable_metric_id":"11111111-0000-4000-8000-000000000001","pricing_group_key":["region"],"quantity_conversion":{"conversion_factor":"1000","operation":"DIVIDE"},"quantity_rounding":{"decimal_places":2,"rounding_method":"ROUND_UP"},"tags":["api"],"custom_fields":{"sku":"a-1"}},"created_at":"2024-10-03T00:00:00Z"}
{"id":"20ab6c29-077a-8896-96be-72530ecc08ee","type":"FIXED","initial":{"created_at":"2024-10-03T00:00:00Z","name":"Platform fee"},"updates":[],"current":{"name":"Platform fee"},"created_at":"2024-10-03T00:00:00Z"}
E
	for file in array.json values.json products.csv; do
		given "cmp products.ndjson.out $file.out"
	done
}

@test "NetSuite ids and refundability have no effect, and are given back as they came" {
	metrics
	cat >products.ndjson <<'E'
{"name":"Bytes","type":"USAGE","billable_metric_id":"Bytes","netsuite_internal_item_id":"ns-7","netsuite_overage_item_id":"ns-8","is_refundable":false}
E
	gives 'mtr-product create products.ndjson' <<'E'
{"id":"8c75de1a-97ba-8c6e-a8d5-d7fe05fe07b4","type":"USAGE","initial":{"created_at":"2024-10-03T00:00:00Z","name":"Bytes","billable_metric_id":"11111111-0000-4000-8000-000000000002","is_refundable":false,"netsuite_internal_item_id":"ns-7","netsuite_overage_item_id":"ns-8"},"updates":[],"current":{"name":"Bytes","billable_metric_id":"11111111-0000-4000-8000-000000000002","is_refundable":false,"netsuite_internal_item_id":"ns-7","netsuite_overage_item_id":"ns-8"},"created_at":"2024-10-03T00:00:00Z"}
E
}

@test "the id may be given, and belongs to one object of whatever kind" {
	metrics
	gives 'mtr-product create <<<"{\"id\":\"ABCDEF00-0000-4000-8000-00000000000F\",\"name\":\"Fee\",\"type\":\"FIXED\"}" | jq -r .id' <<'E'
abcdef00-0000-4000-8000-00000000000f
E
	cat >bad.ndjson <<'E'
{"id":"abcdef00-0000-4000-8000-00000000000f","name":"Fee","type":"FIXED"}
{"name":"Fee","type":"FIXED","id":"11111111-0000-4000-8000-000000000001"}
{"id":"fee","name":"Fee","type":"FIXED"}
{"id":7,"name":"Fee","type":"FIXED"}
E
	refuses 3 'mtr-product create bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:7: id "abcdef00-0000-4000-8000-00000000000f": another object has this id [id_taken]
mtr-product: bad.ndjson:2:35: id "11111111-0000-4000-8000-000000000001": another object has this id [id_taken]
mtr-product: bad.ndjson:3:7: id "fee": wanted a UUID [product.id]
mtr-product: bad.ndjson:4:7: id "7": wanted a string, found a number [product.id]
E
}

@test "a USAGE product needs a metric, a FIXED one has none" {
	metrics
	cat >bad.ndjson <<'E'
{"name":"X","type":"USAGE"}
{"name":"X","type":"USAGE","billable_metric_id":null}
{"name":"X","type":"USAGE","billable_metric_id":""}
{"name":"X","type":"USAGE","billable_metric_id":7}
{"name":"X","type":"USAGE","billable_metric_id":"Seconds"}
{"name":"X","type":"USAGE","billable_metric_id":"11111111-0000-4000-8000-000000000003"}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","billable_metric":"Bytes"}
{"name":"X","type":"FIXED","billable_metric_id":"Calls"}
{"name":"X","type":"FIXED","pricing_group_key":["region"]}
{"name":"X","type":"FIXED","presentation_group_key":[]}
{"name":"X","type":"FIXED","quantity_conversion":{"conversion_factor":2,"operation":"MULTIPLY"}}
{"name":"X","type":"FIXED","quantity_rounding":{"decimal_places":2,"rounding_method":"ROUND_UP"}}
E
	refuses 3 'mtr-product create bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:1: billable_metric_id: missing [missing_field]
mtr-product: bad.ndjson:2:1: billable_metric_id: missing [missing_field]
mtr-product: bad.ndjson:3:49: billable_metric_id "": wanted 1 to 160 characters, found 0 [product.billable_metric_id]
mtr-product: bad.ndjson:4:49: billable_metric_id "7": wanted a string, found a number [product.billable_metric_id]
mtr-product: bad.ndjson:5:49: billable_metric_id "Seconds": no billable metric of this id or name [not_found]
mtr-product: bad.ndjson:6:49: billable_metric_id "11111111-0000-4000-8000-000000000003": no billable metric of this id or name [not_found]
mtr-product: bad.ndjson:7:75: billable_metric "Bytes": given beside billable_metric_id; wanted one of the two [product.billable_metric]
mtr-product: bad.ndjson:8:49: billable_metric_id "Calls": a FIXED product has none; USAGE products do [product.billable_metric_id]
mtr-product: bad.ndjson:9:48: pricing_group_key "[\"region\"]": a FIXED product has none; USAGE products do [product.pricing_group_key]
mtr-product: bad.ndjson:10:53: presentation_group_key "[]": a FIXED product has none; USAGE products do [product.presentation_group_key]
mtr-product: bad.ndjson:11:50: quantity_conversion "{\"conversion_factor\":2,\"operation\":\"MULTIPLY\"}": a FIXED product has none; USAGE products do [product.quantity_conversion]
mtr-product: bad.ndjson:12:48: quantity_rounding "{\"decimal_places\":2,\"rounding_method\":\"ROUND_UP\"}": a FIXED product has none; USAGE products do [product.quantity_rounding]
E
	gives 'mtr-product list' <<'E'
E
}

@test "a metric's name that several bear is refused, with their ids" {
	metrics
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	refuses 3 'mtr-product create <<<"{\"name\":\"X\",\"type\":\"USAGE\",\"billable_metric_id\":\"Calls\"}"' <<'E'
mtr-product: stdin:1:49: billable_metric_id "Calls": several billable metrics bear this name: 11111111-0000-4000-8000-000000000001, 4cbacb1a-63e0-8057-bce2-18b1acd714ac; give the id [ambiguous_name]
E
}

@test "the types of products, and both words for professional services" {
	metrics
	cat >products.ndjson <<'E'
{"name":"1","type":"USAGE","billable_metric_id":"Calls"}
{"name":"2","type":"subscription","tags":["seats"]}
{"name":"3","type":"FIXED"}
{"name":"4","type":"PRO_SERVICE","is_refundable":false}
{"name":"5","type":"Professional_Service"}
{"name":"6","type":"COMPOSITE","composite_tags":["seats"],"composite_scope":"customer"}
{"name":"7","type":"COMPOSITE","composite_product_ids":["1","6"],"include_composite_spend":true,"composite_scope":"CONTRACT"}
E
	gives 'mtr-product create products.ndjson | jq -c "[.type,.current.include_composite_spend,.current.composite_scope]"' <<'E'
["USAGE",null,null]
["SUBSCRIPTION",null,null]
["FIXED",null,null]
["PRO_SERVICE",null,null]
["PRO_SERVICE",null,null]
["COMPOSITE",null,"CUSTOMER"]
["COMPOSITE",true,"CONTRACT"]
E
	gives 'mtr-product list -o csv | cut -d, -f2,3 | tail -n +2 | paste -sd " "' <<'E'
1,USAGE 2,SUBSCRIPTION 3,FIXED 4,PRO_SERVICE 5,PRO_SERVICE 6,COMPOSITE 7,COMPOSITE
E
	gives 'mtr-product update <<<"{\"product_id\":\"7\",\"starting_at\":\"2024-10-01\",\"composite_product_ids\":[\"1\"],\"include_composite_spend\":false,\"composite_scope\":\"CUSTOMER\"}" | jq -c ".current | [.composite_scope,.include_composite_spend]"' <<'E'
["CUSTOMER",false]
E
}

@test "a group key may hold more names than a product wants" {
	metrics
	given 'mtr-metric create <<<"{\"name\":\"Wide\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}],\"group_keys\":[[\"c\",\"a\",\"customer_id\"],[\"b\"]]}"'
	cat >products.ndjson <<'E'
{"name":"1","type":"USAGE","billable_metric_id":"Wide","pricing_group_key":["a"],"presentation_group_key":["customer_id"]}
{"name":"2","type":"USAGE","billable_metric_id":"Wide","presentation_group_key":["c"]}
E
	given 'mtr-product create products.ndjson'
	cat >bad.ndjson <<'E'
{"name":"3","type":"USAGE","billable_metric_id":"Wide","pricing_group_key":["a"],"presentation_group_key":["b"]}
{"name":"4","type":"USAGE","billable_metric_id":"Wide","presentation_group_key":["d"]}
{"name":"5","type":"SUBSCRIPTION","presentation_group_key":["c"]}
E
	refuses 3 'mtr-product create bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:76: pricing_group_key "a, b": metric Wide has no group key that holds all these names; it has: c,a,customer_id; b [group_key_missing]
mtr-product: bad.ndjson:2:81: presentation_group_key "d": metric Wide has no group key that holds this name; it has: c,a,customer_id; b [group_key_missing]
mtr-product: bad.ndjson:3:60: presentation_group_key "[\"c\"]": a SUBSCRIPTION product has none; USAGE products do [product.presentation_group_key]
E
}

@test "types and fields that do not go together are refused, never ignored" {
	metrics
	cat >bad.ndjson <<'E'
{"name":"X","type":"SUBSCRIPTION","quantity_rounding":{"decimal_places":0,"rounding_method":"ROUND_UP"}}
{"name":"X","type":"composite","composite_tags":["api"],"include_composite_spend":"all"}
{"name":"X","type":"PRO_SERVICE","billable_metric_id":"Calls"}
{"name":"X","type":"PROFESSIONAL_SERVICE","composite_scope":"CONTRACT"}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","composite_product_ids":[]}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","composite_tags":["api"]}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","include_composite_spend":true}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","exclude_free_usage":true}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","sql_breakdown_granularity":"HOUR"}
{"name":"X","type":"METERED"}
{"name":"X"}
E
	refuses 3 'mtr-product create bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:55: quantity_rounding "{\"decimal_places\":0,\"rounding_method\":\"ROUND_UP\"}": a SUBSCRIPTION product has none; USAGE products do [product.quantity_rounding]
mtr-product: bad.ndjson:2:83: include_composite_spend "all": wanted true or false [product.include_composite_spend]
mtr-product: bad.ndjson:3:55: billable_metric_id "Calls": a PRO_SERVICE product has none; USAGE products do [product.billable_metric_id]
mtr-product: bad.ndjson:4:61: composite_scope "CONTRACT": a PRO_SERVICE product has none; COMPOSITE products do [product.composite_scope]
mtr-product: bad.ndjson:5:81: composite_product_ids "[]": a USAGE product has none; COMPOSITE products do [product.composite_product_ids]
mtr-product: bad.ndjson:6:74: composite_tags "[\"api\"]": a USAGE product has none; COMPOSITE products do [product.composite_tags]
mtr-product: bad.ndjson:7:83: include_composite_spend "true": a USAGE product has none; COMPOSITE products do [product.include_composite_spend]
mtr-product: bad.ndjson:8:78: exclude_free_usage "true": a USAGE product has none; COMPOSITE products do [product.exclude_free_usage]
mtr-product: bad.ndjson:9:85: sql_breakdown_granularity: metric Calls is not in SQL [product.sql_breakdown_granularity]
mtr-product: bad.ndjson:10:20: type "METERED": wanted USAGE, FIXED, COMPOSITE, SUBSCRIPTION, PRO_SERVICE or PROFESSIONAL_SERVICE [product.type]
mtr-product: bad.ndjson:11:1: type: missing [missing_field]
E
}

@test "an archived metric takes no new product, and keeps the old ones" {
	products
	given 'mtr-metric archive Calls'
	refuses 3 'mtr-product create <<<"{\"name\":\"X\",\"type\":\"USAGE\",\"billable_metric_id\":\"Calls\"}"' <<'E'
mtr-product: stdin:1:49: billable_metric_id "Calls": the metric is archived [archived]
E
	refuses 3 'mtr-product update <<<"{\"product_id\":\"API calls\",\"starting_at\":\"2024-11-01T00:00:00Z\",\"billable_metric_id\":\"Calls\"}"' <<'E'
mtr-product: stdin:1:85: billable_metric_id "Calls": the metric is archived [archived]
E
	gives 'mtr-product update <<<"{\"product_id\":\"API calls\",\"starting_at\":\"2024-11-01T00:00:00Z\",\"tags\":[\"api\"]}" | jq -c .updates' <<'E'
[{"starting_at":"2024-11-01T00:00:00Z","created_at":"2024-10-03T00:00:00Z","tags":["api"]}]
E
	gives 'mtr-product create --if-absent products.ndjson | jq -r .id' <<'E'
22222222-0000-4000-8000-0000000000a1
22222222-0000-4000-8000-0000000000f1
E
}

@test "pricing and presentation keys together are one group key of the metric" {
	metrics
	cat >products.ndjson <<'E'
{"name":"pricing","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":["region","cloud"]}
{"name":"presentation","type":"USAGE","billable_metric_id":"Calls","presentation_group_key":["cloud","region"]}
{"name":"both","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":["region"],"presentation_group_key":["cloud"]}
{"name":"overlapping","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":["region"],"presentation_group_key":["region","cloud"]}
{"name":"one","type":"USAGE","billable_metric_id":"Calls","presentation_group_key":["model"]}
{"name":"none","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":[],"presentation_group_key":[]}
E
	gives 'mtr-product create products.ndjson | jq -c "[.current|.name,.pricing_group_key,.presentation_group_key]"' <<'E'
["pricing",["region","cloud"],null]
["presentation",null,["cloud","region"]]
["both",["region"],["cloud"]]
["overlapping",["region"],["region","cloud"]]
["one",null,["model"]]
["none",[],[]]
E
	cat >bad.ndjson <<'E'
{"name":"X","type":"USAGE","billable_metric_id":"Bytes","pricing_group_key":["region"]}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":["cloud"]}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","presentation_group_key":["zone"]}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","presentation_group_key":["model"],"pricing_group_key":["region"]}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":["region","region"]}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":"region"}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":[7]}
E
	refuses 3 'mtr-product create bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:77: pricing_group_key "region": metric Bytes has no group key that holds this name; it has: none [group_key_missing]
mtr-product: bad.ndjson:3:82: presentation_group_key "zone": metric Calls has no group key that holds this name; it has: region; cloud,region; model [group_key_missing]
mtr-product: bad.ndjson:4:112: pricing_group_key "model, region": metric Calls has no group key that holds all these names; it has: region; cloud,region; model [group_key_missing]
mtr-product: bad.ndjson:5:87: pricing_group_key[1] "region": given twice [product.pricing_group_key]
mtr-product: bad.ndjson:6:77: pricing_group_key "region": wanted an array, found a string [product.pricing_group_key]
mtr-product: bad.ndjson:7:78: pricing_group_key[0] "7": wanted a string, found a number [product.pricing_group_key]
E
}

@test "a conversion has a factor above zero and an operation" {
	metrics
	cat >bad.ndjson <<'E'
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_conversion":{"conversion_factor":0,"operation":"DIVIDE"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_conversion":{"conversion_factor":"-1024","operation":"DIVIDE"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_conversion":{"conversion_factor":"1/0","operation":"DIVIDE"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_conversion":{"conversion_factor":"1 000","operation":"DIVIDE"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_conversion":{"conversion_factor":1e1001,"operation":"DIVIDE"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_conversion":{"operation":"DIVIDE"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_conversion":{"conversion_factor":1024}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_conversion":{"conversion_factor":1024,"operation":"ADD"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_conversion":{"conversion_factor":1024,"operation":"DIVIDE","factor":1}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_conversion":1024}
E
	refuses 3 'mtr-product create bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:100: quantity_conversion.conversion_factor "0": wanted a number above 0 [product.quantity_conversion.conversion_factor]
mtr-product: bad.ndjson:2:100: quantity_conversion.conversion_factor "-1024": wanted a number above 0 [product.quantity_conversion.conversion_factor]
mtr-product: bad.ndjson:3:100: quantity_conversion.conversion_factor "1/0": wanted a number [product.quantity_conversion.conversion_factor]
mtr-product: bad.ndjson:4:100: quantity_conversion.conversion_factor "1 000": wanted a number [product.quantity_conversion.conversion_factor]
mtr-product: bad.ndjson:5:100: quantity_conversion.conversion_factor "1e1001": more than 1000 digits when written out [number_too_long]
mtr-product: bad.ndjson:6:79: quantity_conversion.conversion_factor: missing [missing_field]
mtr-product: bad.ndjson:7:79: quantity_conversion.operation: missing [missing_field]
mtr-product: bad.ndjson:8:117: quantity_conversion.operation "ADD": wanted MULTIPLY or DIVIDE [product.quantity_conversion.operation]
mtr-product: bad.ndjson:9:135: quantity_conversion.factor "1": unknown field [unknown_field]
mtr-product: bad.ndjson:10:79: quantity_conversion "1024": wanted an object, found a number [product.quantity_conversion]
E
}

@test "a rounding has 0 to 100 places and a method" {
	metrics
	cat >bad.ndjson <<'E'
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_rounding":{"decimal_places":-1,"rounding_method":"ROUND_UP"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_rounding":{"decimal_places":101,"rounding_method":"ROUND_UP"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_rounding":{"decimal_places":1.5,"rounding_method":"ROUND_UP"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_rounding":{"decimal_places":"2","rounding_method":"ROUND_UP"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_rounding":{"rounding_method":"ROUND_UP"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_rounding":{"decimal_places":2}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_rounding":{"decimal_places":2,"rounding_method":"ROUND_HALF_EVEN"}}
{"name":"X","type":"USAGE","billable_metric_id":"Calls","quantity_rounding":{"decimal_places":2,"rounding_method":"HALF_UP"}}
E
	refuses 3 'mtr-product create bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:95: quantity_rounding.decimal_places "-1": wanted an integer from 0 to 100 [product.quantity_rounding.decimal_places]
mtr-product: bad.ndjson:2:95: quantity_rounding.decimal_places "101": wanted an integer from 0 to 100 [product.quantity_rounding.decimal_places]
mtr-product: bad.ndjson:3:95: quantity_rounding.decimal_places "1.5": wanted an integer from 0 to 100 [product.quantity_rounding.decimal_places]
mtr-product: bad.ndjson:4:95: quantity_rounding.decimal_places "2": wanted an integer from 0 to 100 [product.quantity_rounding.decimal_places]
mtr-product: bad.ndjson:5:77: quantity_rounding.decimal_places: missing [missing_field]
mtr-product: bad.ndjson:6:77: quantity_rounding.rounding_method: missing [missing_field]
mtr-product: bad.ndjson:7:115: quantity_rounding.rounding_method "ROUND_HALF_EVEN": wanted ROUND_UP, ROUND_DOWN or ROUND_HALF_UP [product.quantity_rounding.rounding_method]
mtr-product: bad.ndjson:8:115: quantity_rounding.rounding_method "HALF_UP": wanted ROUND_UP, ROUND_DOWN or ROUND_HALF_UP [product.quantity_rounding.rounding_method]
E
}

@test "a name is wanted, of 1 to 160 characters, and never cut" {
	db
	gives 'printf "{\"name\":\"%s\",\"type\":\"FIXED\"}" "$(letters 160)" | mtr-product create | jq ".current.name|length"' <<'E'
160
E
	refuses 3 'printf "{\"name\":\"%s\",\"type\":\"FIXED\"}" "$(letters 161)" | mtr-product create' <<'E'
mtr-product: stdin:1:9: name "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé...": wanted 1 to 160 characters, found 161 [product.name]
E
	cat >bad.ndjson <<'E'
{"type":"FIXED"}
{"type":"FIXED","name":null}
{"type":"FIXED","name":""}
{"type":"FIXED","name":["Fee"]}
E
	refuses 3 'mtr-product create bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:1: name: missing [missing_field]
mtr-product: bad.ndjson:2:1: name: missing [missing_field]
mtr-product: bad.ndjson:3:24: name "": wanted 1 to 160 characters, found 0 [product.name]
mtr-product: bad.ndjson:4:24: name "[\"Fee\"]": wanted a string, found an array [product.name]
E
}

@test "tags may repeat, custom fields have at most 200 characters" {
	db
	gives 'mtr-product create <<<"{\"name\":\"Fee\",\"type\":\"FIXED\",\"tags\":[\"b\",\"a\",\"b\",\"\"]}" | jq -c .current.tags' <<'E'
["b","a","b",""]
E
	gives 'printf "{\"name\":\"Fee\",\"type\":\"FIXED\",\"custom_fields\":{\"k\":\"%s\"}}" "$(letters 200)" | mtr-product create | jq ".current.custom_fields.k|length"' <<'E'
200
E
	refuses 3 'printf "{\"name\":\"Fee\",\"type\":\"FIXED\",\"custom_fields\":{\"k\":\"%s\"}}" "$(letters 201)" | mtr-product create' <<'E'
mtr-product: stdin:1:51: custom_fields.k "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé...": wanted at most 200 characters, found 201 [product.custom_fields]
E
	cat >bad.ndjson <<'E'
{"name":"Fee","type":"FIXED","tags":"api"}
{"name":"Fee","type":"FIXED","tags":["api",null]}
{"name":"Fee","type":"FIXED","custom_fields":{"k":1}}
{"name":"Fee","type":"FIXED","custom_fields":["k"]}
E
	refuses 3 'mtr-product create bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:37: tags "api": wanted an array, found a string [product.tags]
mtr-product: bad.ndjson:2:44: tags[1] "null": wanted a string, found null [product.tags]
mtr-product: bad.ndjson:3:51: custom_fields.k "1": wanted a string, found a number [product.custom_fields]
mtr-product: bad.ndjson:4:46: custom_fields "[\"k\"]": wanted an object, found an array [product.custom_fields]
E
}

@test "a field nobody knows is refused by name" {
	db
	cat >bad.ndjson <<'E'
{"name":"Fee","type":"FIXED","tag":["api"]}
{"name":"Fee","type":"FIXED","price":100}
{"Name":"Fee","type":"FIXED","name":"Fee"}
{"name":"Fee","type":"FIXED","name":"Fee"}
["Fee"]
E
	refuses 3 'mtr-product create bad.ndjson' <<'E'
mtr-product: bad.ndjson:4:30: the key "name" is given twice [duplicate_key]
mtr-product: bad.ndjson:1:36: tag "[\"api\"]": unknown field; did you mean "tags"? [unknown_field]
mtr-product: bad.ndjson:2:38: price "100": unknown field [unknown_field]
mtr-product: bad.ndjson:3:9: Name "Fee": unknown field; did you mean "name"? [unknown_field]
mtr-product: bad.ndjson:5:1: wanted an object, found an array [not_an_object]
E
	printf 'name,type,tag\nFee,FIXED,api\n' >bad.csv
	refuses 3 'mtr-product create bad.csv' <<'E'
mtr-product: bad.csv:2:3: tag "api": unknown field; did you mean "tags"? [unknown_field]
E
}

@test "one bad record and nothing is stored; each bad one is reported with its cell" {
	metrics
	cat >products.csv <<'E'
type,name,billable_metric_id,quantity_rounding.decimal_places,quantity_rounding.rounding_method,pricing_group_key
FIXED,Fee,,,,
USAGE,One,Calls,two,ROUND_UP,
USAGE,Two,Seconds,,,
USAGE,Three,Calls,2,,
USAGE,Four,Calls,,,region
USAGE,Five,Calls,,,"[""zone""]"
USAGE,,Calls,,,
E
	refuses 3 'mtr-product create products.csv' <<'E'
mtr-product: products.csv:3:4: quantity_rounding.decimal_places "two": wanted an integer from 0 to 100 [product.quantity_rounding.decimal_places]
mtr-product: products.csv:4:3: billable_metric_id "Seconds": no billable metric of this id or name [not_found]
mtr-product: products.csv:5:4: quantity_rounding.rounding_method: missing [missing_field]
mtr-product: products.csv:6:6: pricing_group_key "region": wanted an array as JSON [product.pricing_group_key]
mtr-product: products.csv:7:6: pricing_group_key "zone": metric Calls has no group key that holds this name; it has: region; cloud,region; model [group_key_missing]
mtr-product: products.csv:8: name: missing [missing_field]
E
	refuses 3 'mtr-product create --errors=json products.csv' <<'E'
{"type":"error","code":"product.quantity_rounding.decimal_places","message":"quantity_rounding.decimal_places \"two\": wanted an integer from 0 to 100","file":"products.csv","line":3,"column":4,"field":"quantity_rounding.decimal_places","value":"two"}
{"type":"error","code":"not_found","message":"billable_metric_id \"Seconds\": no billable metric of this id or name","file":"products.csv","line":4,"column":3,"field":"billable_metric_id","value":"Seconds"}
{"type":"error","code":"missing_field","message":"quantity_rounding.rounding_method: missing","file":"products.csv","line":5,"column":4,"field":"quantity_rounding.rounding_method"}
{"type":"error","code":"product.pricing_group_key","message":"pricing_group_key \"region\": wanted an array as JSON","file":"products.csv","line":6,"column":6,"field":"pricing_group_key","value":"region"}
{"type":"error","code":"group_key_missing","message":"pricing_group_key \"zone\": metric Calls has no group key that holds this name; it has: region; cloud,region; model","file":"products.csv","line":7,"column":6,"field":"pricing_group_key","value":"zone"}
{"type":"error","code":"missing_field","message":"name: missing","file":"products.csv","line":8,"field":"name"}
E
	gives 'mtr-product list' <<'E'
E
}

@test "a dry run prints the ids the run gives, and stores nothing" {
	metrics
	printf '{"name":"%s","type":"FIXED"}\n' Fee Setup Support >three.ndjson
	given 'mtr-product create --dry-run three.ndjson'
	mv "$OUT" dry
	gives 'mtr-product list' <<'E'
E
	given 'mtr-product create three.ndjson'
	mv "$OUT" run
	given 'diff dry run'
}

@test "no record is no error" {
	db
	gives 'mtr-product create </dev/null' <<'E'
E
	gives 'mtr-product update -o csv /dev/null' <<'E'
id,name,type,billable_metric_id,archived_at
E
}

# ---- --if-absent ----

@test "--if-absent gives back an equal product and refuses a different one" {
	products
	gives 'mtr-product create --if-absent products.ndjson | diff - <(mtr-product list)' <<'E'
E
	cat >same.ndjson <<'E'
{"type":"usage","pricing_group_key":["region"],"billable_metric":"11111111-0000-4000-8000-000000000001","name":"API calls"}
{"name":"Platform fee","type":"FIXED","tags":null}
E
	gives 'mtr-product create --if-absent same.ndjson | jq -r .id' <<'E'
22222222-0000-4000-8000-0000000000a1
22222222-0000-4000-8000-0000000000f1
E
	cat >other.ndjson <<'E'
{"name":"API calls","type":"USAGE","billable_metric_id":"Calls"}
{"name":"Platform fee","type":"FIXED","tags":["fee"]}
{"name":"Platform fee","type":"USAGE","billable_metric_id":"Calls"}
{"id":"22222222-0000-4000-8000-0000000000f1","name":"Fee","type":"FIXED"}
E
	refuses 3 'mtr-product create --if-absent other.ndjson' <<'E'
mtr-product: other.ndjson:1:1: product 22222222-0000-4000-8000-0000000000a1 is there already and differs from this [differs]
mtr-product: other.ndjson:2:1: product 22222222-0000-4000-8000-0000000000f1 is there already and differs from this [differs]
mtr-product: other.ndjson:3:1: product 22222222-0000-4000-8000-0000000000f1 is there already and differs from this [differs]
mtr-product: other.ndjson:4:1: product 22222222-0000-4000-8000-0000000000f1 is there already and differs from this [differs]
E
	gives 'mtr-product create --if-absent <<<"{\"name\":\"Setup\",\"type\":\"FIXED\"}" | jq -r .id' <<'E'
39a9761e-e1c0-8103-b8e5-0a3c00fc5843
E
}

@test "--if-absent compares with the product as it was created, under its first name or its present one" {
	products
	given 'mtr-product update <<<"{\"product_id\":\"API calls\",\"starting_at\":\"2024-09-01T00:00:00Z\",\"name\":\"Requests\",\"tags\":[\"api\"]}"'
	gives 'mtr-product create --if-absent products.ndjson | diff - <(mtr-product list)' <<'E'
E
	gives 'jq -c "del(.id)" products.ndjson | mtr-product create --if-absent | diff - <(mtr-product list)' <<'E'
E
	refuses 3 'mtr-product create --if-absent <<<"{\"name\":\"Requests\",\"type\":\"FIXED\"}"' <<'E'
mtr-product: stdin:1:1: product 22222222-0000-4000-8000-0000000000a1 is there already and differs from this [differs]
E
}

@test "--if-absent: an archived product is not there by name, and refused by id" {
	products
	given 'mtr-product archive "Platform fee"'
	refuses 3 'mtr-product create --if-absent products.ndjson' <<'E'
mtr-product: products.ndjson:2:7: id "22222222-0000-4000-8000-0000000000f1": the object of this id is archived [archived]
E
	gives 'mtr-product create --if-absent <<<"{\"name\":\"Platform fee\",\"type\":\"FIXED\"}" | jq -r .id' <<'E'
39a9761e-e1c0-8103-b8e5-0a3c00fc5843
E
}

# ---- get and list ----

@test "get finds by id and name, and refuses the rest" {
	products
	gives 'mtr-product get "API calls" 22222222-0000-4000-8000-0000000000F1 | jq -r .current.name' <<'E'
API calls
Platform fee
E
	try 'mtr-product get Nothing "Platform fee" 22222222-0000-4000-8000-000000000009'
	status_is 3
	out_is <<'E'
{"id":"22222222-0000-4000-8000-0000000000f1","type":"FIXED","initial":{"created_at":"2024-10-03T00:00:00Z","name":"Platform fee"},"updates":[],"current":{"name":"Platform fee"},"created_at":"2024-10-03T00:00:00Z"}
E
	err_is <<'E'
mtr-product: "Nothing": no product of this id or name [not_found]
mtr-product: "22222222-0000-4000-8000-000000000009": no product of this id or name [not_found]
E
	refuses 3 'mtr-product get --errors=json Nothing' <<'E'
{"type":"error","code":"not_found","message":"\"Nothing\": no product of this id or name","value":"Nothing"}
E
}

@test "a name that several products bear is refused, with their ids" {
	products
	given 'mtr-product create <<<"{\"name\":\"Platform fee\",\"type\":\"FIXED\"}"'
	refuses 3 'mtr-product get "Platform fee"' <<'E'
mtr-product: "Platform fee": several products bear this name: 22222222-0000-4000-8000-0000000000f1, 39a9761e-e1c0-8103-b8e5-0a3c00fc5843; give the id [ambiguous_name]
E
	refuses 3 'mtr-product update <<<"{\"product_id\":\"Platform fee\",\"starting_at\":\"2024-10-01\",\"tags\":[]}"' <<'E'
mtr-product: stdin:1:15: product_id "Platform fee": several products bear this name: 22222222-0000-4000-8000-0000000000f1, 39a9761e-e1c0-8103-b8e5-0a3c00fc5843; give the id [ambiguous_name]
E
	refuses 3 'mtr-product create --if-absent <<<"{\"name\":\"Platform fee\",\"type\":\"FIXED\"}"' <<'E'
mtr-product: stdin:1:1: several products bear this name: 22222222-0000-4000-8000-0000000000f1, 39a9761e-e1c0-8103-b8e5-0a3c00fc5843; give the id [ambiguous_name]
E
	given 'mtr-product archive 22222222-0000-4000-8000-0000000000f1'
	gives 'mtr-product get "Platform fee" | jq -r .id' <<'E'
39a9761e-e1c0-8103-b8e5-0a3c00fc5843
E
}

@test "a product is found by the name it bears now" {
	products
	given 'mtr-product update <<<"{\"product_id\":\"API calls\",\"starting_at\":\"2024-11-01T00:00:00Z\",\"name\":\"Requests\"}"'
	gives 'mtr-product get "API calls" | jq -r .current.name' <<'E'
API calls
E
	refuses 3 'mtr-product get Requests' <<'E'
mtr-product: "Requests": no product of this id or name [not_found]
E
	gives 'mtr-product get Requests --now=2024-11-01T00:00:00Z | jq -r .current.name' <<'E'
Requests
E
	refuses 3 'mtr-product get "API calls" --now=2024-11-01T00:00:00Z' <<'E'
mtr-product: "API calls": no product of this id or name [not_found]
E
}

@test "list pages through, archived ones only when asked for" {
	db
	given 'printf "{\"name\":\"%s\",\"type\":\"FIXED\"}\n" Fee Setup Support Training | mtr-product create'
	given 'mtr-product archive Setup'
	gives 'mtr-product list | jq -r .current.name' <<'E'
Fee
Support
Training
E
	gives 'mtr-product list --archived | jq -c "[.current.name,.archived_at]"' <<'E'
["Fee",null]
["Setup","2024-10-03T00:00:00Z"]
["Support",null]
["Training",null]
E
	gives 'mtr-product list --limit=2 | jq -r .current.name' <<'E'
Fee
Support
E
	gives 'mtr-product list --limit=1 --after="$(mtr-product get Fee | jq -r .id)" | jq -r .current.name' <<'E'
Support
E
	gives 'mtr-product list --after="$(mtr-product get Training | jq -r .id)"' <<'E'
E
	refuses 3 'mtr-product list --after=Fee' <<'E'
mtr-product: --after "Fee": no product of this id [not_found]
E
}

@test "tables, CSV and text" {
	products
	given 'mtr-product create <<<"{\"name\":\"=cmd\",\"type\":\"FIXED\",\"tags\":[\"x\"]}"; mtr-product archive "Platform fee"'
	gives 'mtr-product list --archived -o table' <<'E'
ID                                    NAME          TYPE   BILLABLE_METRIC_ID                    ARCHIVED_AT
22222222-0000-4000-8000-0000000000a1  API calls     USAGE  11111111-0000-4000-8000-000000000001  -
22222222-0000-4000-8000-0000000000f1  Platform fee  FIXED  -                                     2024-10-03T00:00:00Z
39a9761e-e1c0-8103-b8e5-0a3c00fc5843  =cmd          FIXED  -                                     -
E
	gives 'mtr-product list --archived -o csv' <<'E'
id,name,type,billable_metric_id,archived_at
22222222-0000-4000-8000-0000000000a1,API calls,USAGE,11111111-0000-4000-8000-000000000001,
22222222-0000-4000-8000-0000000000f1,Platform fee,FIXED,,2024-10-03T00:00:00.000000000Z
39a9761e-e1c0-8103-b8e5-0a3c00fc5843,'=cmd,FIXED,,
E
	gives 'mtr-product get "API calls" -o text' <<'E'
id: 22222222-0000-4000-8000-0000000000a1
type: USAGE
initial:
  created_at: 2024-10-03T00:00:00Z
  name: API calls
  billable_metric_id: 11111111-0000-4000-8000-000000000001
  pricing_group_key:
    - region
updates: []
current:
  name: API calls
  billable_metric_id: 11111111-0000-4000-8000-000000000001
  pricing_group_key:
    - region
created_at: 2024-10-03T00:00:00Z
E
}

# ---- update ----

@test "an update holds from an hour on; what it leaves out stays" {
	products
	gives 'mtr-product update <<<"{\"product_id\":\"API calls\",\"starting_at\":\"2024-11-01T05:00:00Z\",\"name\":\"Requests\",\"quantity_rounding\":{\"decimal_places\":0,\"rounding_method\":\"ROUND_UP\"}}"' <<'E'
{"id":"22222222-0000-4000-8000-0000000000a1","type":"USAGE","initial":{"created_at":"2024-10-03T00:00:00Z","name":"API calls","billable_metric_id":"11111111-0000-4000-8000-000000000001","pricing_group_key":["region"]},"updates":[{"starting_at":"2024-11-01T05:00:00Z","created_at":"2024-10-03T00:00:00Z","name":"Requests","quantity_rounding":{"decimal_places":0,"rounding_method":"ROUND_UP"}}],"current":{"name":"API calls","billable_metric_id":"11111111-0000-4000-8000-000000000001","pricing_group_key":["region"]},"created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-product get "API calls" --now=2024-11-01T04:59:59.999999999Z | jq -c .current' <<'E'
{"name":"API calls","billable_metric_id":"11111111-0000-4000-8000-000000000001","pricing_group_key":["region"]}
E
	gives 'mtr-product get Requests --now=2024-11-01T05:00:00Z | jq -c .current' <<'E'
{"name":"Requests","billable_metric_id":"11111111-0000-4000-8000-000000000001","pricing_group_key":["region"],"quantity_rounding":{"decimal_places":0,"rounding_method":"ROUND_UP"}}
E
}

@test "a past date is allowed, and a bare one is midnight" {
	products
	gives 'mtr-product update <<<"{\"product_id\":\"Platform fee\",\"starting_at\":\"2020-02-29\",\"tags\":[\"fee\"]}" | jq -c "[.updates,.current]"' <<'E'
[[{"starting_at":"2020-02-29T00:00:00Z","created_at":"2024-10-03T00:00:00Z","tags":["fee"]}],{"name":"Platform fee","tags":["fee"]}]
E
}

@test "updates fold by their start, then by the order they came in" {
	products
	cat >updates.ndjson <<'E'
{"product_id":"Platform fee","starting_at":"2024-09-01T00:00:00Z","name":"third"}
{"product_id":"22222222-0000-4000-8000-0000000000f1","starting_at":"2024-08-01T00:00:00Z","name":"first","tags":["a"]}
{"product_id":"22222222-0000-4000-8000-0000000000f1","starting_at":"2024-09-01T00:00:00Z","tags":["b"]}
{"product_id":"22222222-0000-4000-8000-0000000000f1","starting_at":"2024-08-01T00:00:00Z","name":"second"}
E
	given 'mtr-product update updates.ndjson'
	gives 'mtr-product get third | jq -c ".updates[]"' <<'E'
{"starting_at":"2024-08-01T00:00:00Z","created_at":"2024-10-03T00:00:00Z","name":"first","tags":["a"]}
{"starting_at":"2024-08-01T00:00:00Z","created_at":"2024-10-03T00:00:00Z","name":"second"}
{"starting_at":"2024-09-01T00:00:00Z","created_at":"2024-10-03T00:00:00Z","name":"third"}
{"starting_at":"2024-09-01T00:00:00Z","created_at":"2024-10-03T00:00:00Z","tags":["b"]}
E
	for now in 2024-07-31T23 2024-08-01T00 2024-09-01T00; do
		mtr-product get --now=$now:00:00Z 22222222-0000-4000-8000-0000000000f1 | jq -c .current
	done >folded
	gives 'cat folded' <<'E'
{"name":"Platform fee"}
{"name":"second","tags":["a"]}
{"name":"third","tags":["b"]}
E
}

@test "null keeps, lists replace, custom and kept fields merge" {
	metrics
	cat >create.json <<'E'
{"name":"Bytes","type":"USAGE","billable_metric_id":"Bytes","quantity_conversion":{"conversion_factor":1024,"operation":"DIVIDE","name":"KB"},"tags":["a","b"],"custom_fields":{"x":"1","y":"2"},"netsuite_internal_item_id":"n1","is_refundable":false}
E
	given 'mtr-product create create.json'
	cat >update.json <<'E'
{"product":"Bytes","starting_at":"2024-10-01T00:00:00Z","name":null,"billable_metric_id":null,"quantity_conversion":null,"quantity_rounding":null,"tags":["c"],"custom_fields":{"y":"3","z":"4"},"netsuite_internal_item_id":"n2","netsuite_overage_item_id":"n3"}
E
	gives 'mtr-product update update.json | jq -c .current' <<'E'
{"name":"Bytes","billable_metric_id":"11111111-0000-4000-8000-000000000002","quantity_conversion":{"conversion_factor":"1024","operation":"DIVIDE","name":"KB"},"tags":["c"],"custom_fields":{"x":"1","y":"3","z":"4"},"is_refundable":false,"netsuite_internal_item_id":"n2","netsuite_overage_item_id":"n3"}
E
	cat >update.csv <<'E'
id,starting_at,tags,custom_fields.x,quantity_conversion.conversion_factor,quantity_conversion.operation,name
Bytes,2024-10-02,[],5,1/3,MULTIPLY,
E
	gives 'mtr-product update update.csv | jq -c .current' <<'E'
{"name":"Bytes","billable_metric_id":"11111111-0000-4000-8000-000000000002","quantity_conversion":{"conversion_factor":"0.33333333333333333333","conversion_factor_exact":"1/3","operation":"MULTIPLY"},"tags":[],"custom_fields":{"x":"5","y":"3","z":"4"},"is_refundable":false,"netsuite_internal_item_id":"n2","netsuite_overage_item_id":"n3"}
E
}

@test "the type never changes, and an update holds what its type has" {
	products
	cat >bad.ndjson <<'E'
{"product_id":"Platform fee","starting_at":"2024-11-01T00:00:00Z","type":"USAGE"}
{"product_id":"Platform fee","starting_at":"2024-11-01T00:00:00Z","type":"FIXED"}
{"product_id":"Platform fee","starting_at":"2024-11-01T00:00:00Z","billable_metric_id":"Calls"}
{"product_id":"Platform fee","starting_at":"2024-11-01T00:00:00Z","presentation_group_key":["region"]}
{"product_id":"Platform fee","starting_at":"2024-11-01T00:00:00Z","quantity_conversion":{"conversion_factor":2,"operation":"MULTIPLY"}}
{"product_id":"API calls","starting_at":"2024-11-01T00:00:00Z","composite_tags":[]}
E
	refuses 3 'mtr-product update bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:74: type "USAGE": cannot be changed here once it is set [immutable_field]
mtr-product: bad.ndjson:2:74: type "FIXED": cannot be changed here once it is set [immutable_field]
mtr-product: bad.ndjson:3:88: billable_metric_id: a FIXED product has none; USAGE products do [product.billable_metric_id]
mtr-product: bad.ndjson:4:92: presentation_group_key: a FIXED product has none; USAGE products do [product.presentation_group_key]
mtr-product: bad.ndjson:5:89: quantity_conversion: a FIXED product has none; USAGE products do [product.quantity_conversion]
mtr-product: bad.ndjson:6:81: composite_tags: a USAGE product has none; COMPOSITE products do [product.composite_tags]
E
}

@test "an update names its product and an hour" {
	products
	cat >bad.ndjson <<'E'
{"starting_at":"2024-11-01T00:00:00Z","name":"Requests"}
{"product_id":"API calls","name":"Requests"}
{"product_id":"API calls","starting_at":"2024-11-01T00:30:00Z","name":"Requests"}
{"product_id":"API calls","starting_at":"2024-11-01T00:00:01Z","name":"Requests"}
{"product_id":"API calls","starting_at":"2024-11-01T00:00:00.000000001Z","name":"Requests"}
{"product_id":"API calls","starting_at":"2024-11-01T00:00:00","name":"Requests"}
{"product_id":"API calls","starting_at":"2024-02-30","name":"Requests"}
{"product_id":"API calls","product":"API calls","starting_at":"2024-11-01T00:00:00Z"}
{"product_id":"API call","starting_at":"2024-11-01T00:00:00Z","name":"Requests"}
{"product_id":"API calls","starting_at":"2024-11-01T00:00:00Z","ending_before":"2024-12-01T00:00:00Z"}
{"product_id":"API calls","starting_at":"2024-11-01T00:00:00Z","name":""}
{"product_id":"API calls","starting_at":"2024-11-01T00:00:00Z"}
E
	refuses 3 'mtr-product update bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:1: product_id: missing [missing_field]
mtr-product: bad.ndjson:2:1: starting_at: missing [missing_field]
mtr-product: bad.ndjson:3:41: starting_at "2024-11-01T00:30:00Z": not on the hour [product.starting_at]
mtr-product: bad.ndjson:4:41: starting_at "2024-11-01T00:00:01Z": not on the hour [product.starting_at]
mtr-product: bad.ndjson:5:41: starting_at "2024-11-01T00:00:00.000000001Z": not on the hour [product.starting_at]
mtr-product: bad.ndjson:6:41: starting_at "2024-11-01T00:00:00": offset missing (Z or +hh:mm) [product.starting_at]
mtr-product: bad.ndjson:7:41: starting_at "2024-02-30": no day 30 in February 2024 [product.starting_at]
mtr-product: bad.ndjson:8:37: product "API calls": given beside product_id; wanted one of the two [product.product]
mtr-product: bad.ndjson:9:15: product_id "API call": no product of this id or name [not_found]
mtr-product: bad.ndjson:10:80: ending_before "2024-12-01T00:00:00Z": unknown field [unknown_field]
mtr-product: bad.ndjson:11:71: name "": wanted 1 to 160 characters, found 0 [product.name]
mtr-product: bad.ndjson:12:1: no field to change [missing_field]
E
	gives 'mtr-product list | jq -c .updates' <<'E'
[]
[]
E
}

@test "an update cannot break the group key, at its start or behind it" {
	products
	cat >bad.ndjson <<'E'
{"product_id":"API calls","starting_at":"2024-11-01T00:00:00Z","billable_metric_id":"Bytes"}
{"product_id":"API calls","starting_at":"2024-11-01T00:00:00Z","presentation_group_key":["model"]}
E
	refuses 3 'mtr-product update bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:1: pricing_group_key "region": metric Bytes has no group key that holds this name; it has: none [group_key_missing]
mtr-product: bad.ndjson:2:1: pricing_group_key "model, region": metric Calls has no group key that holds all these names; it has: region; cloud,region; model [group_key_missing]
E
	gives 'mtr-product update <<<"{\"product_id\":\"API calls\",\"starting_at\":\"2024-11-01T00:00:00Z\",\"presentation_group_key\":[\"cloud\"]}" | jq -c "[.updates[].presentation_group_key]"' <<'E'
[["cloud"]]
E
	refuses 3 'mtr-product update <<<"{\"product_id\":\"API calls\",\"starting_at\":\"2024-10-01T00:00:00Z\",\"pricing_group_key\":[\"model\"]}"' <<'E'
mtr-product: stdin:1:84: pricing_group_key "cloud, model": metric Calls has no group key that holds all these names; it has: region; cloud,region; model [group_key_missing]
E
	gives 'mtr-product update <<<"{\"product_id\":\"API calls\",\"starting_at\":\"2024-10-01T00:00:00Z\",\"pricing_group_key\":[\"cloud\",\"region\"]}" | jq -c "[.updates[].pricing_group_key]"' <<'E'
[["cloud","region"],null]
E
	gives 'mtr-product update <<<"{\"product_id\":\"API calls\",\"starting_at\":\"2024-12-01T00:00:00Z\",\"pricing_group_key\":[],\"presentation_group_key\":[],\"billable_metric_id\":\"Bytes\"}" | jq -c ".updates[-1]"' <<'E'
{"starting_at":"2024-12-01T00:00:00Z","created_at":"2024-10-03T00:00:00Z","billable_metric_id":"11111111-0000-4000-8000-000000000002","pricing_group_key":[],"presentation_group_key":[]}
E
}

@test "update is all or nothing, and --dry-run stores nothing" {
	products
	cat >updates.ndjson <<'E'
{"product_id":"API calls","starting_at":"2024-11-01T00:00:00Z","name":"Requests"}
{"product_id":"Nothing","starting_at":"2024-11-01T00:00:00Z","name":"Requests"}
E
	refuses 3 'mtr-product update updates.ndjson' <<'E'
mtr-product: updates.ndjson:2:15: product_id "Nothing": no product of this id or name [not_found]
E
	gives 'head -n 1 updates.ndjson | mtr-product update -n | jq -c .updates' <<'E'
[{"starting_at":"2024-11-01T00:00:00Z","created_at":"2024-10-03T00:00:00Z","name":"Requests"}]
E
	gives 'mtr-product list | jq -c .updates' <<'E'
[]
[]
E
}

@test "a clock that was turned back does not turn back history" {
	products
	gives 'mtr-product update --now=2020-01-01T00:00:00Z <<<"{\"product_id\":\"API calls\",\"starting_at\":\"2020-01-01\",\"tags\":[\"api\"]}" | jq -c .updates' <<'E'
[{"starting_at":"2020-01-01T00:00:00Z","created_at":"2024-10-03T00:00:00Z","tags":["api"]}]
E
}

# ---- archive ----

@test "archive says when, once and for all" {
	products
	gives 'mtr-product archive --now=2024-10-05T01:02:03Z "Platform fee"' <<'E'
{"id":"22222222-0000-4000-8000-0000000000f1","type":"FIXED","initial":{"created_at":"2024-10-03T00:00:00Z","name":"Platform fee"},"updates":[],"current":{"name":"Platform fee"},"created_at":"2024-10-03T00:00:00Z","archived_at":"2024-10-05T01:02:03Z"}
E
	gives 'mtr-product archive --now=2025-01-01T00:00:00Z "Platform fee" | jq -r .archived_at' <<'E'
2024-10-05T01:02:03Z
E
	refuses 3 'mtr-product update <<<"{\"product_id\":\"Platform fee\",\"starting_at\":\"2024-11-01T00:00:00Z\",\"name\":\"Fee\"}"' <<'E'
mtr-product: stdin:1:15: product_id "Platform fee": the product is archived [archived]
E
	gives 'mtr-product list | mtr-product archive - | jq -c "[.current.name,.archived_at]"' <<'E'
["API calls","2024-10-03T00:00:00Z"]
E
	gives 'mtr-product list' <<'E'
E
}

@test "archive is all or nothing, and --dry-run stores nothing" {
	products
	refuses 3 'mtr-product archive "API calls" Nothing' <<'E'
mtr-product: "Nothing": no product of this id or name [not_found]
E
	gives 'mtr-product archive -n "API calls" | jq -r .archived_at' <<'E'
2024-10-03T00:00:00Z
E
	gives 'mtr-product list | jq -r .current.name' <<'E'
API calls
Platform fee
E
}

# ---- calls, and what stands around them ----

@test "wrong calls" {
	db
	refuses 2 'mtr-product' <<'E'
mtr-product: a verb is wanted [missing_verb]
usage: mtr-product VERB [option ...] [operand ...]
verbs: create get list update archive
help: mtr-product --help
E
	refuses 2 'mtr-product udpate' <<'E'
mtr-product: "udpate": no such verb, did you mean "update"? [unknown_verb]
usage: mtr-product VERB [option ...] [operand ...]
verbs: create get list update archive
help: mtr-product --help
E
	refuses 2 'mtr-product list --archive' <<'E'
mtr-product: "--archive": list has no such option, did you mean "--archived"? [unknown_option]
usage: mtr-product list [option ...]
help: mtr-product list --help
E
	refuses 2 'mtr-product get' <<'E'
mtr-product: get wants: product ... [missing_operand]
usage: mtr-product get [option ...] product ...
help: mtr-product get --help
E
	refuses 2 'mtr-product create -o xml' <<'E'
mtr-product: --output "xml": wanted: json|csv|table|text [option_value]
usage: mtr-product create [option ...] [file ...]
help: mtr-product create --help
E
	refuses 2 'mtr-product archive -i csv Fee' <<'E'
mtr-product: "--input": archive does not take this option [option_not_taken]
usage: mtr-product archive [option ...] product ...
help: mtr-product archive --help
E
}

@test "no database, and a file that is not there" {
	refuses 5 'mtr-product list --db=/nonexistent/mtr.db' <<'E'
mtr-product: no database at /nonexistent/mtr.db (mtr-db init makes one) [db_missing]
E
	products
	refuses 5 'mtr-product create missing.json' <<'E'
mtr-product: missing.json: cannot open: No such file or directory [file_open]
E
}

# ---- composite products ----

@test "composite products name others by id and name, or by tag" {
	products
	cat >composite.ndjson <<'E'
{"name":"Support","type":"COMPOSITE","composite_product_ids":["API calls"],"composite_tags":["api"],"exclude_free_usage":true}
{"name":"Care","type":"composite","composite_tags":["cloud","api"]}
E
	given 'mtr-product create composite.ndjson >made'
	gives 'jq -c "[.current.name,.type,.current.composite_product_ids,.current.composite_tags,.current.exclude_free_usage]" made' <<'E'
["Support","COMPOSITE",["22222222-0000-4000-8000-0000000000a1"],["api"],true]
["Care","COMPOSITE",null,["cloud","api"],null]
E
	gives 'mtr-product create --if-absent composite.ndjson' <made
	given 'mtr-product update' <<'E'
{"product":"Support","starting_at":"2025-01-01","composite_product_ids":["Platform fee","22222222-0000-4000-8000-0000000000A1"]}
{"product":"Support","starting_at":"2025-02-01","composite_product_ids":[]}
E
	gives 'for t in 2024-12-31 2025-01-01 2025-02-01; do mtr-product get Support --now=$t | jq -c "[.current.composite_product_ids,.current.composite_tags]"; done' <<'E'
[["22222222-0000-4000-8000-0000000000a1"],["api"]]
[["22222222-0000-4000-8000-0000000000f1","22222222-0000-4000-8000-0000000000a1"],["api"]]
[[],["api"]]
E
}

@test "refused: composite products of nothing, of what is not there, of one another" {
	products
	given 'mtr-product create' <<'E'
{"name":"Support","type":"COMPOSITE","composite_product_ids":["API calls"]}
E
	cat >bad.ndjson <<'E'
{"name":"X","type":"COMPOSITE"}
{"name":"X","type":"COMPOSITE","composite_product_ids":[],"composite_tags":[]}
{"name":"X","type":"COMPOSITE","composite_product_ids":["Emails"]}
{"name":"X","type":"COMPOSITE","composite_product_ids":["API calls","22222222-0000-4000-8000-0000000000A1"]}
{"name":"X","type":"COMPOSITE","composite_product_ids":["API calls","API calls"]}
{"name":"X","type":"COMPOSITE","composite_product_ids":["API calls","Support"]}
{"name":"X","type":"COMPOSITE","composite_tags":["api"],"billable_metric_id":"Calls"}
{"name":"X","type":"FIXED","composite_tags":["api"]}
E
	refuses 3 'mtr-product create bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:1: composite_product_ids: missing [missing_field]
mtr-product: bad.ndjson:2:56: composite_product_ids "[]": wanted at least 1 item, found 0 [product.composite_product_ids]
mtr-product: bad.ndjson:3:57: composite_product_ids[0] "Emails": no product of this id or name [not_found]
mtr-product: bad.ndjson:4:69: composite_product_ids[1] "22222222-0000-4000-8000-0000000000a1": names the same product as composite_product_ids[0] [product.composite_product_ids]
mtr-product: bad.ndjson:5:69: composite_product_ids[1] "API calls": given twice [product.composite_product_ids]
mtr-product: bad.ndjson:6:69: composite_product_ids[1] "39a9761e-e1c0-8103-b8e5-0a3c00fc5843": a COMPOSITE product is part of another one only with include_composite_spend [product.composite_product_ids]
mtr-product: bad.ndjson:7:78: billable_metric_id "Calls": a COMPOSITE product has none; USAGE products do [product.billable_metric_id]
mtr-product: bad.ndjson:8:45: composite_tags "[\"api\"]": a FIXED product has none; COMPOSITE products do [product.composite_tags]
E
	cat >bad.ndjson <<'E'
{"product":"Support","starting_at":"2025-01-01","composite_product_ids":["Support"]}
{"product":"Support","starting_at":"2025-01-01","composite_product_ids":["Emails"]}
{"product":"Support","starting_at":"2025-01-01","composite_product_ids":[]}
{"product":"Support","starting_at":"2025-01-01","billable_metric_id":"Calls"}
{"product":"API calls","starting_at":"2025-01-01","composite_product_ids":["Platform fee"]}
E
	refuses 3 'mtr-product update bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:74: composite_product_ids[0] "39a9761e-e1c0-8103-b8e5-0a3c00fc5843": a COMPOSITE product is part of another one only with include_composite_spend [product.composite_product_ids]
mtr-product: bad.ndjson:2:74: composite_product_ids[0] "Emails": no product of this id or name [not_found]
mtr-product: bad.ndjson:3:73: composite_product_ids: wanted a product or a tag: nothing would be left [product.composite_product_ids]
mtr-product: bad.ndjson:4:70: billable_metric_id: a COMPOSITE product has none; USAGE products do [product.billable_metric_id]
mtr-product: bad.ndjson:5:75: composite_product_ids: a USAGE product has none; COMPOSITE products do [product.composite_product_ids]
E
}

@test "update --starting-at says when records hold that do not" {
	db
	given 'echo "{\"name\":\"Fee\",\"type\":\"FIXED\"}" | mtr-product create'
	gives 'printf "%s\n" "{\"product\":\"Fee\",\"tags\":[\"a\"]}" "{\"product\":\"Fee\",\"tags\":[\"b\"],\"starting_at\":\"2024-12-01\"}" |
		mtr-product update --starting-at=2024-06-01T05:00:00Z | tail -n 1 | jq -c ".updates[] | [.starting_at, .tags]"' <<'E'
["2024-06-01T05:00:00Z",["a"]]
["2024-12-01T00:00:00Z",["b"]]
E
}

@test "refused: --starting-at that is no hour, and a record that says none" {
	db
	given 'echo "{\"name\":\"Fee\",\"type\":\"FIXED\"}" | mtr-product create'
	refuses 2 'echo "{\"product\":\"Fee\",\"tags\":[\"a\"]}" | mtr-product update --starting-at=2024-06-01T05:30:00Z' <<'E'
mtr-product: --starting-at "2024-06-01T05:30:00Z": not on the hour [usage]
usage: mtr-product update [option ...] [file ...]
help: mtr-product update --help
E
	refuses 2 'echo "{\"product\":\"Fee\",\"tags\":[\"a\"]}" | mtr-product update --starting-at=June' <<'E'
mtr-product: --starting-at "June": not a time (YYYY-MM-DDThh:mm:ssZ) [usage]
usage: mtr-product update [option ...] [file ...]
help: mtr-product update --help
E
	refuses 3 'echo "{\"product\":\"Fee\",\"tags\":[\"a\"]}" | mtr-product update' <<'E'
mtr-product: stdin:1:1: starting_at: missing [missing_field]
E
}
