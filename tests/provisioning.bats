# The first year of a documented contract: a customer who bought 10,000 USD for a year in
# advance, for cloud products alone, and pays a platform fee of 1,000 USD each quarter. The
# bodies of customer and contract, and timestamp and properties of the event, are those of the
# API's guides, as they stand there; what they refer to is made first, with the ids they use.
# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

CUSTOMER=aa58107d-162f-407e-9f09-940f16adbb1c
export CUSTOMER

customer_body() {
	cat <<'E'
{
    "ingest_aliases": [
      "team@widgetsexpress.com"
    ],
    "name": "WidgetsExpress",
    "custom_fields": {
      "sfdc_account_id": "sfdc1001"
    }
}
E
}

contract_body() {
	cat <<'E'
{
        "customer_id": "aa58107d-162f-407e-9f09-940f16adbb1c",
        "rate_card_alias": "base_usage_products",
        "starting_at": "2024-11-01T00:00:00.000Z",
        "billing_provider_configuration": {
          "billing_provider": "aws_marketplace",
          "delivery_method": "direct_to_billing_provider"
        },
        "commits": [
          {
            "type": "prepaid",
            "name": "Contract Prepaid Commit",
            "product_id": "a1f4e40b-f8c4-496b-b687-0a103396b479",
            "access_schedule": {
              "schedule_items": [
                {
                  "amount": 1000000,
                  "starting_at": "2024-11-01T00:00:00.000Z",
                  "ending_before": "2025-11-01T00:00:00.000Z"
                }
              ]
            },
            "invoice_schedule": {
              "schedule_items": [
                {
                  "unit_price": 1000000,
                  "quantity": 1,
                  "timestamp": "2024-11-01T00:00:00.000Z"
                }
              ]
            },
            "applicable_product_tags": ["cloud"],
            "description": "Usage Commit"
          }
        ],
        "scheduled_charges": [
          {
            "product_id": "06cf3703-3f5e-467c-8ba1-0ee934c740b9",
            "name": "Platform Charge",
            "schedule": {
              "recurring_schedule": {
                "starting_at": "2024-11-01T00:00:00.000Z",
                "ending_before": "2025-11-01T00:00:00.000Z",
                "frequency": "quarterly",
                "unit_price": 100000,
                "quantity": 1,
                "amount_distribution": "each"
              }
            }
          }
        ],
        "usage_statement_schedule": {
          "frequency": "monthly",
          "day": "contract_start"
        }
}
E
}

event_body() {
	cat <<'E'
{
  "timestamp": "2025-01-06T04:58:52.969000+00:00",
  "transaction_id": "2025-01-06_team_production_batch_1",
  "customer_id": "team@widgetsexpress.com",
  "event_type": "events_sent",
  "properties": {
    "events_sent": "3747334",
    "environment_type": "PRODUCTION",
    "is_duplicate": false
  }
}
E
}
export -f customer_body contract_body event_body

# 0.02 cents an event (tag cloud), 500 cents an audit (no tag).
catalogue() {
	db
	given 'mtr-metric create' <<'E'
{"name":"Events sent","aggregation_type":"SUM","aggregation_key":"events_sent","event_type_filter":{"in_values":["events_sent"]},"property_filters":[{"name":"events_sent","exists":true},{"name":"is_duplicate","not_in_values":["true"]}]}
{"name":"Audits","aggregation_type":"COUNT","event_type_filter":{"in_values":["audit"]}}
E
	given 'mtr-product create' <<'E'
{"name":"Cloud events","type":"USAGE","billable_metric_id":"Events sent","tags":["cloud"]}
{"name":"Audits","type":"USAGE","billable_metric_id":"Audits"}
{"id":"a1f4e40b-f8c4-496b-b687-0a103396b479","name":"Prepaid Commit","type":"FIXED"}
{"id":"06cf3703-3f5e-467c-8ba1-0ee934c740b9","name":"Platform Fee","type":"FIXED"}
E
	given 'mtr-ratecard create' <<'E'
{"name":"Base usage products","aliases":[{"name":"base_usage_products"}]}
E
	given 'mtr-ratecard add-rates' <<'E'
{"rate_card":"base_usage_products","product":"Cloud events","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":0.02}
{"rate_card":"base_usage_products","product":"Audits","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":500}
E
}

provisioned() {
	catalogue
	given 'customer_body | jq ".id = env.CUSTOMER" | mtr-customer create'
	given 'contract_body | mtr-contract create'
}

# number, type, issue date, total, then each line: type, name, total
brief() {
	jq -r '[.invoice_number // "-", .type, .issued_at[:10], .amount_due_major, (.line_items[] | "\(.type) \(.name) \(.total);")] | join(" ")'
}
export -f brief

@test "the documented customer, as it stands" {
	db
	gives 'customer_body | mtr-customer create | jq -c "[.name,.ingest_aliases,.custom_fields]"' <<'E'
["WidgetsExpress",["team@widgetsexpress.com"],{"sfdc_account_id":"sfdc1001"}]
E
}

@test "the documented contract, as it stands" {
	provisioned
	gives 'mtr-contract list | jq "del(..|.id?)"' <<'E'
{
  "customer_id": "aa58107d-162f-407e-9f09-940f16adbb1c",
  "rate_card_id": "739b80e8-0d02-813a-b069-32e5a731d368",
  "starting_at": "2024-11-01T00:00:00Z",
  "usage_statement_schedule": {
    "frequency": "MONTHLY",
    "day": "CONTRACT_START",
    "grace_hours": 24
  },
  "commits": [
    {
      "type": "PREPAID",
      "product_id": "a1f4e40b-f8c4-496b-b687-0a103396b479",
      "name": "Contract Prepaid Commit",
      "description": "Usage Commit",
      "access_schedule": {
        "credit_type": {
          "name": "USD (cents)"
        },
        "schedule_items": [
          {
            "amount": "1000000",
            "starting_at": "2024-11-01T00:00:00Z",
            "ending_before": "2025-11-01T00:00:00Z"
          }
        ]
      },
      "invoice_schedule": {
        "credit_type": {
          "name": "USD (cents)"
        },
        "schedule_items": [
          {
            "timestamp": "2024-11-01T00:00:00Z",
            "amount": "1000000",
            "unit_price": "1000000",
            "quantity": "1"
          }
        ]
      },
      "applicable_product_tags": [
        "cloud"
      ]
    }
  ],
  "scheduled_charges": [
    {
      "product_id": "06cf3703-3f5e-467c-8ba1-0ee934c740b9",
      "name": "Platform Charge",
      "schedule": {
        "credit_type": {
          "name": "USD (cents)"
        },
        "recurring_schedule": {
          "starting_at": "2024-11-01T00:00:00Z",
          "ending_before": "2025-11-01T00:00:00Z",
          "frequency": "QUARTERLY",
          "amount_distribution": "EACH",
          "amount": "100000",
          "unit_price": "100000",
          "quantity": "1"
        },
        "schedule_items": [
          {
            "timestamp": "2024-11-01T00:00:00Z",
            "amount": "100000",
            "unit_price": "100000",
            "quantity": "1"
          },
          {
            "timestamp": "2025-02-01T00:00:00Z",
            "amount": "100000",
            "unit_price": "100000",
            "quantity": "1"
          },
          {
            "timestamp": "2025-05-01T00:00:00Z",
            "amount": "100000",
            "unit_price": "100000",
            "quantity": "1"
          },
          {
            "timestamp": "2025-08-01T00:00:00Z",
            "amount": "100000",
            "unit_price": "100000",
            "quantity": "1"
          }
        ]
      }
    }
  ],
  "net_payment_terms_days": 0,
  "invoice_series": "INV",
  "billing_provider_configuration": {
    "billing_provider": "aws_marketplace",
    "delivery_method": "direct_to_billing_provider"
  },
  "created_at": "2024-10-03T00:00:00Z"
}
E
}

@test "the documented event: microseconds, and a boolean among the properties" {
	provisioned
	gives 'event_body | mtr-ingest --future-limit=none | jq -c "[.read,.accepted]"' <<'E'
[1,1]
E
	gives 'mtr-event get 2025-01-06_team_production_batch_1 | jq -c "[.timestamp,.customer_id,.properties]"' <<'E'
["2025-01-06T04:58:52.969Z","team@widgetsexpress.com",{"events_sent":"3747334","environment_type":"PRODUCTION","is_duplicate":false}]
E
}

@test "the first year: four scheduled invoices, twelve usage invoices" {
	provisioned
	given 'event_body | mtr-ingest --future-limit=none'
	given 'mtr-ingest --future-limit=none' <<'E'
{"transaction_id":"audit","timestamp":"2025-01-07T00:00:00Z","customer_id":"team@widgetsexpress.com","event_type":"audit"}
{"transaction_id":"again","timestamp":"2025-01-07T00:00:00Z","customer_id":"team@widgetsexpress.com","event_type":"events_sent","properties":{"events_sent":"3747334","environment_type":"PRODUCTION","is_duplicate":true}}
{"transaction_id":"much","timestamp":"2025-10-31T23:59:59.999999Z","customer_id":"team@widgetsexpress.com","event_type":"events_sent","properties":{"events_sent":50000000,"environment_type":"PRODUCTION","is_duplicate":false}}
E
	gives 'mtr-invoice list --status=draft --type=scheduled --now=2024-10-31 | brief' <<'E'
- SCHEDULED 2024-11-01 11000.00 commit_purchase Contract Prepaid Commit 1000000; scheduled Platform Charge 100000;
- SCHEDULED 2025-02-01 1000.00 scheduled Platform Charge 100000;
- SCHEDULED 2025-05-01 1000.00 scheduled Platform Charge 100000;
- SCHEDULED 2025-08-01 1000.00 scheduled Platform Charge 100000;
E
	gives 'mtr-invoice run -q --now=2025-11-02 | brief' <<'E'
INV-000001 SCHEDULED 2024-11-01 11000.00 commit_purchase Contract Prepaid Commit 1000000; scheduled Platform Charge 100000;
INV-000002 USAGE 2024-12-02 0.00 usage Cloud events 0; usage Audits 0;
INV-000003 USAGE 2025-01-02 0.00 usage Cloud events 0; usage Audits 0;
INV-000004 SCHEDULED 2025-02-01 1000.00 scheduled Platform Charge 100000;
INV-000005 USAGE 2025-02-02 5.00 usage Cloud events 74946.68; applied_commit_or_credit Contract Prepaid Commit applied -74946.68; usage Audits 500;
INV-000006 USAGE 2025-03-02 0.00 usage Cloud events 0; usage Audits 0;
INV-000007 USAGE 2025-04-02 0.00 usage Cloud events 0; usage Audits 0;
INV-000008 SCHEDULED 2025-05-01 1000.00 scheduled Platform Charge 100000;
INV-000009 USAGE 2025-05-02 0.00 usage Cloud events 0; usage Audits 0;
INV-000010 USAGE 2025-06-02 0.00 usage Cloud events 0; usage Audits 0;
INV-000011 USAGE 2025-07-02 0.00 usage Cloud events 0; usage Audits 0;
INV-000012 SCHEDULED 2025-08-01 1000.00 scheduled Platform Charge 100000;
INV-000013 USAGE 2025-08-02 0.00 usage Cloud events 0; usage Audits 0;
INV-000014 USAGE 2025-09-02 0.00 usage Cloud events 0; usage Audits 0;
INV-000015 USAGE 2025-10-02 0.00 usage Cloud events 0; usage Audits 0;
INV-000016 USAGE 2025-11-02 749.47 usage Cloud events 925053.32; applied_commit_or_credit Contract Prepaid Commit applied -925053.32; usage Cloud events 74946.68; usage Audits 0;
E
	gives 'mtr-balance ledger "Contract Prepaid Commit" --now=2025-11-02 | jq -r "[.timestamp,.type,.amount,.running_balance]|join(\" \")"' <<'E'
2024-11-01T00:00:00Z PREPAID_COMMIT_SEGMENT_START 1000000 1000000
2025-02-01T00:00:00Z PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -74946.68 925053.32
2025-11-01T00:00:00Z PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -925053.32 0
E
	gives 'mtr-balance list --now=2025-11-02 | jq -r .balance; mtr-invoice run -q --now=2025-11-02; mtr-db check' <<'E'
0
{"type":"check","differences":0}
E
}
