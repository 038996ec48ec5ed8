# exit-code.sh CODE COMMAND...: succeeds if the command ends with that code.
want=$1
shift
"$@"
got=$?
[ "$got" = "$want" ] || { echo "expected exit code $want, but got $got"; exit 1; }
