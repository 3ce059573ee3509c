// What the readers of a configuration's sections share: maps whose keys stand once, and errors with their places.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/source_location.h"
#include "core/support/result.h"

namespace raddle::config {

class Yaml {
  public:
    using Entry = std::function<Result<>(const YAML::Node& key, const YAML::Node& value)>;

    explicit Yaml(std::string file) : file_(std::move(file)) {}

    const std::string& file() const { return file_; }
    SourceLocation placeOf(const YAML::Node& at) const;
    Error error(const YAML::Node& at, std::string message) const;
    // "unknown key 'lok': did you mean 'lock'?"
    Error unknown(const YAML::Node& at, const std::string& what, const std::vector<std::string_view>& known) const;

    // `what` says in the plural what the map is of, for the error when it is none.
    Result<> eachOf(const YAML::Node& map, const std::string& what, const Entry& entry) const;

  private:
    std::string file_;
};

}  // namespace raddle::config
