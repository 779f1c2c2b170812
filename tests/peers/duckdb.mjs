// node duckdb.mjs THREADS [FILE.sql...]: runs the statements of the files. @NAME@ stands for the
// environment's NAME. NODE_PATH says where @duckdb/node-api is.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { DuckDBInstance } = createRequire(process.env.NODE_PATH + '/')('@duckdb/node-api')
const [threads, ...files] = process.argv.slice(2)
const db = await DuckDBInstance.create(':memory:', { threads })
const connection = await db.connect()

for (const file of files)
	await connection.run(readFileSync(file, 'utf8').replace(/@(\w+)@/g, (_, name) => process.env[name]))
