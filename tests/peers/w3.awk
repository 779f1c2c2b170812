# Events of a queue, a time and four verbs: mawk -F '\t' -v queue=Q -v from=T -v to=T -f w3.awk
$4 == queue && $1 >= from && $1 < to && $6 ~ /^(ENTERQUEUE|CONNECT|ABANDON|COMPLETECALLER)$/
