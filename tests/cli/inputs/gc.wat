(module
  (type (struct (field i32)))
  (func (param (ref null 0)) (unreachable)))
