# In front of another program: only what is from `from` on and before `to`.
$1 < from || $1 >= to { next }
