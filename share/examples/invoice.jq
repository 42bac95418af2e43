# An invoice for people: number, customer, type, what is due; then each line as name,
# quantity, unit price and total, in stored units (of US dollars, cents).
def values: [(.pricing_group_values // {}, .presentation_group_values // {}) | to_entries[].value | tostring];

"\(.invoice_number // "draft")\t\(.customer_name)\t\(.type)\t\(.issued_at[:10])\t\(.amount_due_major) \(.currency)",
(.line_items[] | ["", ([.name] + values | join(", ")), .quantity // "", .unit_price // "", .total] | @tsv)
